//! Lists: filters, alone and together, and cursors.

use contact_points::{Direction, Filter, PeopleFilter};

use crate::world::{USER, World, organization, user};

/// Twelve mails of three people of two companies and free mail, both ways, a minute apart.
async fn world() -> World {
    let world = World::linked().await;
    let people =
        ["hana@fabrikam.co.jp", "taro@sales.fabrikam.co.jp", "bob@gmail.com", "eve@tailspin.example"];
    for (number, address) in (0_u32..).zip(people.iter().cycle().take(12)) {
        world.pass(1);
        if number % 3 == 0 {
            let date = world.now().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
            world.mail_with("sentitems", USER, address, number, &format!("X-Date: {date}\r\n")).await;
        } else {
            world.mail("inbox", address, USER, number).await;
        }
    }
    world.read().await;
    world
}

#[tokio::test]
async fn filters_hold_alone_and_together_and_pages_leave_nothing_out() {
    let world = Box::pin(world()).await;
    let all = world.all(&Filter::default(), 100).await;
    assert_eq!(all.len(), 12);
    let middle = all[6].at;
    let person =
        all.iter().find(|point| point.address == "hana@fabrikam.co.jp").expect("a point").person_id.clone();
    let filters = [
        Filter::default(),
        Filter { user: Some(user()), ..Filter::default() },
        Filter { user: Some("another".parse().expect("an id")), ..Filter::default() },
        Filter { person: Some(person.clone()), ..Filter::default() },
        Filter { person: Some("nobody".to_owned()), ..Filter::default() },
        Filter { company: Some("fabrikam.co.jp".to_owned()), ..Filter::default() },
        Filter { company: Some("www.Fabrikam.co.jp".to_owned()), ..Filter::default() },
        Filter { company: Some("gmail.com".to_owned()), ..Filter::default() },
        Filter { direction: Some(Direction::Sent), ..Filter::default() },
        Filter { since: Some(middle), ..Filter::default() },
        Filter { until: Some(middle), ..Filter::default() },
        Filter { since: Some(middle), until: Some(middle), ..Filter::default() },
        Filter {
            user: Some(user()),
            company: Some("fabrikam.co.jp".to_owned()),
            direction: Some(Direction::Received),
            since: Some(all[2].at),
            until: Some(all[10].at),
            ..Filter::default()
        },
        Filter { person: Some(person), company: Some("tailspin.example".to_owned()), ..Filter::default() },
    ];
    for filter in filters {
        let expected: Vec<_> = all
            .iter()
            .filter(|point| {
                let company = filter.company.as_deref().map(|company| match company {
                    "www.Fabrikam.co.jp" => "fabrikam.co.jp",
                    other => other,
                });
                filter.user.as_ref().is_none_or(|user| *user == point.user_id)
                    && filter.person.as_ref().is_none_or(|person| *person == point.person_id)
                    && company.is_none_or(|company| point.company.as_deref() == Some(company))
                    && filter.direction.is_none_or(|direction| direction == point.direction)
                    && filter.since.is_none_or(|since| point.at >= since)
                    && filter.until.is_none_or(|until| point.at < until)
            })
            .cloned()
            .collect();
        for limit in [1, 2, 5, 100] {
            assert_eq!(world.all(&filter, limit).await, expected, "{filter:?} by {limit}");
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let world = Box::pin(world()).await;
    let organization = organization();
    let (_, cursor) = world.points.points(&organization, &Filter::default(), 1, None).await.expect("a page");
    let cursor = cursor.expect("more");
    let all = world.all(&Filter::default(), 100).await;
    let early = Filter { until: Some(all[1].at), ..Filter::default() };
    world.points.points(&organization, &early, 1, Some(&cursor)).await.expect_err("out of the range");
    for bad in ["", "x", "2026#y", "#", "2026-11-22T08:00:00Z#id", "2026-11-22T08:00:00Z##u 1"] {
        world.points.points(&organization, &Filter::default(), 1, Some(bad)).await.expect_err(bad);
        world.points.companies(&organization, 1, Some(bad)).await.err();
    }
    world.points.people(&organization, &PeopleFilter::default(), 1, Some("x")).await.expect_err("no cursor");
}

#[tokio::test]
async fn people_and_companies_are_listed_read_and_hidden_from_others() {
    let world = Box::pin(world()).await;
    let organization = organization();
    let people = async |filter: PeopleFilter| -> Vec<String> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = world.points.people(&organization, &filter, 1, cursor.as_deref()).await;
            let (some, next) = page.expect("a page");
            all.extend(some.into_iter().map(|person| person.address));
            cursor = next;
            if cursor.is_none() {
                return all;
            }
        }
    };
    // The latest acquaintance first; who was written to first is older by the mail's own date.
    let mut all = people(PeopleFilter::default()).await;
    all.sort();
    assert_eq!(
        all,
        ["bob@gmail.com", "eve@tailspin.example", "hana@fabrikam.co.jp", "taro@sales.fabrikam.co.jp"]
    );
    let of = |company: &str| PeopleFilter { company: Some(company.to_owned()), ..PeopleFilter::default() };
    assert_eq!(people(of("fabrikam.co.jp")).await.len(), 2);
    assert_eq!(people(of("gmail.com")).await, Vec::<String>::new());
    let with = |address: &str, company: Option<&str>| PeopleFilter {
        address: Some(address.to_owned()),
        company: company.map(str::to_owned),
    };
    assert_eq!(people(with("BOB@gmail.com", None)).await, ["bob@gmail.com"]);
    assert_eq!(people(with("bob@gmail.com", Some("fabrikam.co.jp"))).await, Vec::<String>::new());
    assert_eq!(people(with("nobody@gmail.com", None)).await, Vec::<String>::new());

    let (companies, next) = world.points.companies(&organization, 100, None).await.expect("companies");
    let mut domains: Vec<&str> = companies.iter().map(|company| company.domain.as_str()).collect();
    domains.sort_unstable();
    assert_eq!((domains, next), (vec!["fabrikam.co.jp", "tailspin.example"], None));
    let company = world.points.company(&organization, "www.fabrikam.co.jp").await.expect("a company");
    assert!(company.first_at < company.last_at);
    let (found, _) =
        world.points.people(&organization, &with("bob@gmail.com", None), 1, None).await.expect("bob");
    let bob = world.points.person(&organization, &found[0].id).await.expect("bob");
    assert_eq!(bob, found[0]);
    let another = "o2".parse().expect("an id");
    world.points.person(&another, &bob.id).await.expect_err("another's");
    world.points.company(&another, "fabrikam.co.jp").await.expect_err("another's");
    assert!(world.points.points(&another, &Filter::default(), 100, None).await.expect("a page").0.is_empty());
}
