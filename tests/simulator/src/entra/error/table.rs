//! The errors we can answer with: code, OAuth error, usual text. Every code of the official list that a client
//! has to tell apart is here, whether the simulator reaches it by itself or only on demand
//! (`POST /_sim/entra/errors`). Source: Microsoft's "Microsoft Entra authentication and authorization error codes".

/// Code, OAuth error, text.
pub(super) const ROWS: &[(u32, &str, &str)] = &[
    (
        16000,
        "interaction_required",
        "The user account does not exist in the tenant and cannot access the application in that tenant. Sign out and sign in again with a different account.",
    ),
    (
        28002,
        "invalid_scope",
        "Provided value for the input parameter scope is not valid when requesting an access token. Please specify a valid scope.",
    ),
    (
        50011,
        "invalid_request",
        "The redirect URI specified in the request does not match the redirect URIs configured for the application. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.",
    ),
    (
        50014,
        "invalid_grant",
        "The user's redemption is in a pending state. The guest user account isn't fully created yet.",
    ),
    (
        50020,
        "invalid_grant",
        "User account from another identity provider does not exist in the tenant and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different account.",
    ),
    (
        50033,
        "temporarily_unavailable",
        "RetryableError. Indicates a transient error not related to the database operations.",
    ),
    (
        50034,
        "invalid_grant",
        "The user account does not exist in the directory. To sign into this application, the account must be added to the directory.",
    ),
    (50027, "invalid_request", "JWT token is invalid or malformed."),
    (50055, "invalid_grant", "The password is expired."),
    (50057, "invalid_grant", "The user account is disabled."),
    (50058, "login_required", "A silent sign-in request was sent but no user is signed in."),
    (
        50059,
        "invalid_request",
        "No tenant-identifying information found in either the request or implied by any provided credentials.",
    ),
    (50074, "interaction_required", "Strong Authentication is required."),
    (
        50076,
        "interaction_required",
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
    ),
    (
        50079,
        "interaction_required",
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
    ),
    (
        50105,
        "access_denied",
        "Your administrator has configured the application to block users unless they are specifically granted ('assigned') access to the application. The signed in user is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
    ),
    (50126, "invalid_grant", "Error validating credentials due to invalid username or password."),
    (50166, "invalid_request", "Request to External OIDC endpoint failed."),
    (
        50173,
        "invalid_grant",
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.",
    ),
    (
        50194,
        "invalid_request",
        "Application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
    ),
    (
        50196,
        "invalid_grant",
        "The server terminated an operation because it encountered a client request loop. Please contact your app vendor.",
    ),
    (51004, "invalid_grant", "The user account does not exist in the directory."),
    (
        53000,
        "interaction_required",
        "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant.",
    ),
    (
        53003,
        "interaction_required",
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    ),
    (
        54005,
        "invalid_grant",
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
    ),
    (
        65001,
        "invalid_grant",
        "The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.",
    ),
    (65004, "access_denied", "User declined to consent to access the app."),
    (
        65005,
        "invalid_resource",
        "The application's required resource access list does not contain applications discoverable by the resource, or the client has requested access to a resource that was not specified in its required resource access list.",
    ),
    (70000, "invalid_grant", "Provided grant is invalid or malformed."),
    (70001, "unauthorized_client", "The application is disabled."),
    (70003, "unsupported_grant_type", "The app requested an unsupported grant type."),
    (70005, "unsupported_response_type", "The app returned an unsupported response type."),
    (
        70008,
        "invalid_grant",
        "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
    ),
    (
        70011,
        "invalid_scope",
        "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid.",
    ),
    (
        70021,
        "invalid_request",
        "No matching federated identity record found for presented assertion. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
    ),
    (
        70043,
        "invalid_grant",
        "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.",
    ),
    (
        90002,
        "invalid_request",
        "Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
    ),
    (
        90008,
        "invalid_grant",
        "The user or administrator has not consented to use the application. This happened because application is misconfigured: it must require access to Windows Azure Active Directory by specifying at least 'Sign in and read user profile' permission.",
    ),
    (
        90024,
        "temporarily_unavailable",
        "RequestBudgetExceededError. A transient error has occurred. Please try again.",
    ),
    (90033, "temporarily_unavailable", "A transient error has occurred. Please try again."),
    (
        90094,
        "access_denied",
        "Grant requires administrator permission. An administrator of your organization must consent to the permissions this app asks for.",
    ),
    (
        90095,
        "access_denied",
        "Admin consent is required. A request was sent to the administrators of your organization and is pending.",
    ),
    (
        500_011,
        "invalid_resource",
        "The resource principal was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
    ),
    (
        500_112,
        "invalid_client",
        "The reply address does not match the reply address provided when requesting Authorization code.",
    ),
    (
        501_481,
        "invalid_grant",
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    ),
    (501_491, "invalid_request", "Invalid size of Code_Challenge parameter."),
    (
        530_032,
        "access_denied",
        "Blocked by security policy. The tenant admin has configured a security policy that blocks this request.",
    ),
    (
        650_052,
        "invalid_client",
        "The app is trying to access a service that your organization lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions or consent to the application in order to create the required service principal.",
    ),
    (
        650_053,
        "invalid_client",
        "The application asked for scope that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'. Contact the app vendor.",
    ),
    (
        650_056,
        "invalid_client",
        "Misconfigured application. This could be due to one of the following: the client has not listed any permissions for 'AAD Graph' in the requested permissions in the client's application registration. Or, the admin has not consented in the tenant. Or, check the application identifier in the request to ensure it matches the configured client application identifier. Please contact your admin to fix the configuration or consent on behalf of the tenant.",
    ),
    (
        650_057,
        "invalid_resource",
        "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.",
    ),
    (
        700_005,
        "invalid_grant",
        "Provided Authorization Code is intended to use against other tenant, thus rejected.",
    ),
    (700_011, "unauthorized_client", "Application with identifier was not found in the directory."),
    (
        700_016,
        "unauthorized_client",
        "Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
    ),
    (700_020, "interaction_required", "Interaction is required: the access grant requires interaction."),
    (
        700_021,
        "invalid_client",
        "Client assertion application identifier doesn't match 'client_id' parameter.",
    ),
    (
        700_022,
        "invalid_scope",
        "The provided value for the input parameter scope is not valid because it contains more than one resource.",
    ),
    (700_023, "invalid_client", "Client assertion audience claim does not match Realm issuer."),
    (700_024, "invalid_client", "Client assertion is not within its valid time range."),
    (
        700_027,
        "invalid_client",
        "The certificate with identifier used to sign the client assertion is not registered on application, or the signature is not valid.",
    ),
    (700_051, "unsupported_response_type", "response_type 'token' is not enabled for the application."),
    (700_054, "unsupported_response_type", "response_type 'id_token' is not enabled for the application."),
    (700_082, "invalid_grant", "The refresh token has expired due to inactivity."),
    (
        700_211,
        "invalid_client",
        "No matching federated identity record found for presented assertion issuer. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
    ),
    (
        700_212,
        "invalid_client",
        "No matching federated identity record found for presented assertion audience. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
    ),
    (
        700_213,
        "invalid_client",
        "No matching federated identity record found for presented assertion subject. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
    ),
    (
        900_023,
        "invalid_request",
        "Specified tenant identifier is neither a valid DNS name, nor a valid external domain.",
    ),
    (900_144, "invalid_request", "The request body must contain the following parameter."),
    (900_561, "invalid_request", "The endpoint only accepts POST requests. Received a GET request."),
    (
        1_002_012,
        "invalid_scope",
        "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
    ),
    (
        5_000_811,
        "invalid_client",
        "Unable to verify token signature. The signing key identifier does not match any valid registered keys.",
    ),
    (7_000_112, "unauthorized_client", "Application is disabled."),
    (
        7_000_215,
        "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to the app.",
    ),
    (
        7_000_218,
        "invalid_client",
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    (
        7_000_222,
        "invalid_client",
        "The provided client secret keys for app are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.",
    ),
    (
        9_001_023,
        "invalid_request",
        "The grant type 'client_credentials' is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
    ),
    (9_002_313, "invalid_request", "Invalid request. Request is malformed or invalid."),
];
