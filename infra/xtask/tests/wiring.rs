//! `infra/template.yaml` against the project, and against what AWS asks for and the local stack does not.

mod template;

use std::collections::BTreeSet;

use serde_json::Value;
use template::Template;
use xtask::project;

/// API Gateway waits no longer for a function, in seconds.
const GATEWAY_LIMIT: u64 = 30;

#[test]
fn functions_are_the_folders_and_the_sample_events() {
    let deployed: BTreeSet<String> =
        Template::load().functions().into_iter().map(|found| found.name).collect();
    let folders: BTreeSet<String> = project::functions().expect("functions/").into_iter().collect();
    assert_eq!(deployed, folders);
    let events: BTreeSet<String> = std::fs::read_dir(project::root().join("events"))
        .expect("events/")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let text = std::fs::read(&path).expect("a text");
            let _payload: Value = serde_json::from_slice(&text).expect("JSON");
            path.file_stem().expect("a name").to_string_lossy().into_owned()
        })
        .collect();
    assert_eq!(events, folders);
}

#[test]
fn a_functions_name_says_what_calls_it() {
    let template = Template::load();
    let called = |kind: &str, path: &[&str]| -> BTreeSet<String> {
        template.of_kind(kind).map(|(_, found)| template::text(found, path).to_owned()).collect()
    };
    let integrations = called("AWS::ApiGatewayV2::Integration", &["IntegrationUri"]);
    let schedules = called("AWS::Scheduler::Schedule", &["Target", "Arn"]);
    let mappings = called("AWS::Lambda::EventSourceMapping", &["FunctionName"]);
    for function in template.functions() {
        let (id, arn) = (&function.id, format!("{}.Arn", function.id));
        let triggers = [integrations.contains(&arn), schedules.contains(&arn), mappings.contains(id)];
        let named = ["-web", "-tick", "-worker"].map(|suffix| function.name.ends_with(suffix));
        assert_eq!(triggers, named, "{}", function.name);
    }
}

#[test]
fn a_function_has_a_role_and_a_log_of_its_own() {
    let template = Template::load();
    let functions = template.functions();
    let roles: BTreeSet<&str> = functions.iter().map(|found| found.text("Role")).collect();
    assert_eq!(roles.len(), functions.len());
    for function in &functions {
        let role = template.resource(function.text("Role").trim_end_matches(".Arn"));
        assert_eq!(role["Type"], "AWS::IAM::Role", "{}", function.name);
        let group = template.resource(template::text(function.properties, &["LoggingConfig", "LogGroup"]));
        let expected = format!("/aws/lambda/${{AWS::StackName}}-{}", function.name);
        assert_eq!(template::text(group, &["Properties", "LogGroupName"]), expected);
        assert!(group["Properties"].get("RetentionInDays").is_some());
        assert_eq!(function.text("CodeUri"), format!("../target/lambda/{}/", function.name));
    }
}

#[test]
fn a_role_allows_nothing_by_a_star() {
    let template = Template::load();
    for (id, statement) in template.statements() {
        let actions = template::texts(&statement["Action"]);
        for action in &actions {
            let star = action.contains('*') && *action != "sqs:SendMessage*";
            assert!(!star, "{id} allows {action}");
        }
        let tracing = actions.iter().all(|action| action.starts_with("xray:"));
        // SES takes recipients for resources too: what limits a sender is its address.
        let sending = actions.iter().all(|action| action.starts_with("ses:Send"))
            && statement["Condition"]["StringEqualsIfExists"]["ses:FromAddress"] == "SenderAddress";
        // A role asks for a token about itself; what it can be used for is its audience.
        let proving = actions == ["sts:GetWebIdentityToken"]
            && statement["Condition"].to_string().contains("sts:IdentityTokenAudience");
        let resources = template::texts(&statement["Resource"]);
        assert!(
            tracing || sending || proving || !resources.contains(&"*"),
            "{id} allows {actions:?} on everything"
        );
    }
}

#[test]
fn a_role_reaches_what_the_environment_names_and_nothing_else() {
    let template = Template::load();
    for function in template.functions() {
        let role = function.text("Role").trim_end_matches(".Arn").to_owned();
        let named: BTreeSet<&str> = function
            .environment()
            .values()
            .filter_map(Value::as_str)
            .map(|value| if value.starts_with("setten/") { "Secret" } else { value })
            .filter(|value| {
                let kind = template.kind(value);
                ["AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::SecretsManager::Secret"].contains(&kind)
            })
            .collect();
        let mut reached = BTreeSet::new();
        for (_, statement) in template.statements().into_iter().filter(|(id, _)| *id == role) {
            for action in template::texts(&statement["Action"]) {
                let resources = template::texts(&statement["Resource"]);
                reached.extend(resources.into_iter().filter_map(|resource| reach(action, resource)));
            }
        }
        let reached: BTreeSet<&str> = reached.iter().map(String::as_str).collect();
        assert_eq!(reached, named, "{}", function.name);
    }
}

/// The logical id of what an action on a resource reaches. Receiving is the mapping's work, which another
/// test looks at.
fn reach(action: &str, resource: &str) -> Option<String> {
    match action.split_once(':')? {
        ("secretsmanager", _) => Some("Secret".to_owned()),
        ("sqs", operation) if !operation.starts_with("Send") => None,
        ("dynamodb" | "sqs", _) => Some(template::logical_id(resource)),
        _ => None,
    }
}

#[test]
fn a_queue_has_a_dead_letter_queue_with_an_alarm() {
    let template = Template::load();
    let mut dead = BTreeSet::new();
    for (id, queue) in
        template.of_kind("AWS::SQS::Queue").filter(|(_, queue)| queue.get("RedrivePolicy").is_some())
    {
        let letters =
            template::text(queue, &["RedrivePolicy", "deadLetterTargetArn"]).trim_end_matches(".Arn");
        let kept = |queue: &Value| queue["MessageRetentionPeriod"].as_u64().expect("a retention");
        let target = &template.resource(letters)["Properties"];
        assert!(kept(target) > kept(queue), "{letters} keeps longer than {id}");
        assert_eq!(queue["RedrivePolicy"]["maxReceiveCount"], 5, "{id}");
        dead.insert(letters.to_owned());
    }
    for (id, queue) in template.of_kind("AWS::SQS::Queue") {
        assert_eq!(queue["SqsManagedSseEnabled"], true, "{id}");
        assert!(
            queue.get("RedrivePolicy").is_some() != dead.contains(id),
            "{id} is a queue or takes dead letters"
        );
    }
    let watched: BTreeSet<String> = template
        .of_kind("AWS::CloudWatch::Alarm")
        .flat_map(|(_, alarm)| alarm["Dimensions"].as_array().into_iter().flatten())
        .filter(|dimension| dimension["Name"] == "QueueName")
        .map(|dimension| template::logical_id(dimension["Value"].as_str().expect("a name")))
        .collect();
    assert_eq!(watched, dead);
}

#[test]
fn a_message_stays_hidden_for_six_timeouts_and_its_worker_may_take_it() {
    let template = Template::load();
    let mut fed = BTreeSet::new();
    for (id, mapping) in template.of_kind("AWS::Lambda::EventSourceMapping") {
        let function = template.function(template::text(mapping, &["FunctionName"]));
        let queue = template::logical_id(template::text(mapping, &["EventSourceArn"]));
        let hidden = template.resource(&queue)["Properties"]["VisibilityTimeout"].as_u64().expect("seconds");
        assert!(hidden >= 6 * function.timeout(), "{queue}: {hidden} s");
        assert_eq!(template::texts(&mapping["FunctionResponseTypes"]), ["ReportBatchItemFailures"], "{id}");
        let role = function.text("Role").trim_end_matches(".Arn");
        for action in ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"] {
            assert!(template.allows(role, action, &format!("{queue}.Arn")), "{role}: {action}");
        }
        fed.insert(queue);
    }
    let worked: BTreeSet<String> = template
        .of_kind("AWS::SQS::Queue")
        .filter(|(_, queue)| queue.get("RedrivePolicy").is_some())
        .map(|(id, _)| id.to_owned())
        .collect();
    assert_eq!(fed, worked, "every queue is worked off");
}

#[test]
fn the_gateway_may_call_every_route_and_waits_long_enough() {
    let template = Template::load();
    let mut routed = 0;
    for (id, route) in template.of_kind("AWS::ApiGatewayV2::Route") {
        let (_, path) = template::text(route, &["RouteKey"]).split_once(' ').expect("a method and a path");
        let integration = template::logical_id(template::text(route, &["Target"]));
        let uri = template::text(&template.resource(&integration)["Properties"], &["IntegrationUri"]);
        let function = template.function(uri.trim_end_matches(".Arn"));
        assert!(function.timeout() < GATEWAY_LIMIT, "{}", function.name);
        let ending = format!(":${{Api}}/*/*{}", path.replace("{proxy+}", "*"));
        let permitted = template.of_kind("AWS::Lambda::Permission").any(|(_, permission)| {
            permission["FunctionName"] == function.id.as_str()
                && permission["Principal"] == "apigateway.amazonaws.com"
                && permission["Action"] == "lambda:InvokeFunction"
                && template::text(permission, &["SourceArn"]).ends_with(&ending)
        });
        assert!(permitted, "{id}: no permission ends in {ending}");
        routed += 1;
    }
    assert!(routed > 0);
}

#[test]
fn a_schedule_may_call_its_function() {
    let template = Template::load();
    for (id, schedule) in template.of_kind("AWS::Scheduler::Schedule") {
        let role = template::text(schedule, &["Target", "RoleArn"]).trim_end_matches(".Arn");
        let function = template::text(schedule, &["Target", "Arn"]);
        assert!(template.allows(role, "lambda:InvokeFunction", function), "{id}");
    }
}

#[test]
fn tables_forget_and_can_be_restored() {
    let template = Template::load();
    for (id, table) in template.of_kind("AWS::DynamoDB::Table") {
        assert_eq!(table["BillingMode"], "PAY_PER_REQUEST", "{id}");
        assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true, "{id}");
        assert_eq!(table["TimeToLiveSpecification"]["AttributeName"], "expires_at", "{id}");
        assert_eq!(table["SSESpecification"]["SSEEnabled"], true, "{id}");
        assert_ne!(template.resource(id)["DeletionPolicy"], Value::Null, "{id}");
    }
}

/// Feature A18: customers whose policies admit only known addresses need all of ours.
#[test]
fn a18_what_speaks_to_the_outside_leaves_through_the_fixed_addresses() {
    let template = Template::load();
    for function in template.functions() {
        let environment = function.environment();
        let speaks = ["LOGIN_URL", "GRAPH_URL"].iter().any(|name| environment.contains_key(*name))
            || function.name == "outbox-worker";
        let network = &function.properties["VpcConfig"]["Fn::If"];
        assert_eq!(network.is_null(), !speaks, "{}", function.name);
        if !speaks {
            continue;
        }
        assert_eq!(network[0], "HasStaticEgress", "{}", function.name);
        assert_eq!(template::texts(&network[1]["SubnetIds"]), ["EgressInnerSubnetA", "EgressInnerSubnetB"]);
        let role = template.resource(function.text("Role").trim_end_matches(".Arn"));
        let joins = &role["Properties"]["ManagedPolicyArns"][0]["Fn::If"];
        assert_eq!(joins[0], "HasStaticEgress", "{}", function.name);
        assert!(joins[1].as_str().is_some_and(|arn| arn.ends_with("/AWSLambdaENIManagementAccess")));
    }
    for zone in ["A", "B"] {
        let route = &template.resource(&format!("EgressInnerRoute{zone}"))["Properties"];
        let gateway = &template.resource(template::text(route, &["NatGatewayId"]))["Properties"];
        assert_eq!(template::text(gateway, &["AllocationId"]), format!("EgressAddress{zone}.AllocationId"));
    }
}
