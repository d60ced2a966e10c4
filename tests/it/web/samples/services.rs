//! The service accounts of a workspace.

use latchkey::base::time::Span;
use latchkey::http::web::form::{Choice, Problems};
use latchkey::http::web::workspaces::service_accounts::created::{SecretStory, ServiceAlreadyPage, ServiceCreatedPage};
use latchkey::http::web::workspaces::service_accounts::delete::DeleteServicePage;
use latchkey::http::web::workspaces::service_accounts::detail::{ServiceForms, ServicePage};
use latchkey::http::web::workspaces::service_accounts::list::ServicesPage;
use latchkey::http::web::workspaces::service_accounts::new::NewServicePage;
use latchkey::http::web::workspaces::service_accounts::row::{ServiceOwnerRow, ServiceRow, ServiceSecretRow};
use latchkey::http::web::workspaces::service_accounts::secrets::EndSecretPage;

use super::token::event;
use super::tokens::used;
use super::workspaces::{acme, long, words};
use super::{BASE_URL, HOSTILE, LONG, LONG_AGENT, Sample, ago, as_member, page};

pub fn samples() -> Vec<Sample> {
    [list(), new(), created(), detail(), acts()].concat()
}

fn owner(name: &str, email: &str) -> ServiceOwnerRow {
    ServiceOwnerRow { account: "usr_7".into(), name: name.into(), email: email.into(), is_active: true }
}

fn secret(shown: &str) -> ServiceSecretRow {
    ServiceSecretRow {
        id: "sct_9".into(),
        shown: shown.into(),
        created: ago(Span::days(40)),
        last_used: used(ago(Span::minutes(3)), "203.0.113.7", "curl/8.5.0"),
        uses: 1_204,
    }
}

fn indexer() -> ServiceRow {
    ServiceRow {
        id: "key_9".into(),
        name: "Indexer".into(),
        client: "svc_019ab3c1d2e37f4089ab12cd34ef5678".into(),
        scopes: words(&["verify", "documents:read"]),
        audiences: words(&["platform"]),
        allowed_from: words(&["203.0.113.0/24"]),
        created: ago(Span::days(40)),
        deleted: None,
        last_used: used(ago(Span::minutes(3)), "203.0.113.7", "curl/8.5.0"),
        uses: 12_408,
        secrets: vec![secret("lk_svc_7Kq2…x9Qz")],
        owners: vec![owner("Anna Berg", "anna@example.com")],
        is_orphaned: false,
    }
}

/// With two secrets, of which the newer was never used.
fn replacing() -> ServiceRow {
    let new = ServiceSecretRow { id: "sct_10".into(), last_used: None, uses: 0, ..secret("lk_svc_1Ab2…y8Pw") };
    let owners = vec![owner("Anna Berg", "anna@example.com"), owner("", "ben@example.com")];
    ServiceRow { secrets: vec![secret("lk_svc_7Kq2…x9Qz"), new], owners, ..indexer() }
}

fn orphan() -> ServiceRow {
    ServiceRow {
        name: LONG.into(),
        scopes: Vec::new(),
        audiences: words(&["https://api.example.com/a/very/long/audience/that/goes/on"]),
        allowed_from: Vec::new(),
        last_used: used(ago(Span::days(30)), "2001:db8::7", LONG_AGENT),
        owners: vec![ServiceOwnerRow { is_active: false, ..owner(LONG, &format!("{}@example.com", "a".repeat(60))) }],
        is_orphaned: true,
        ..indexer()
    }
}

fn hostile() -> ServiceRow {
    ServiceRow { name: HOSTILE.into(), last_used: None, uses: 0, owners: vec![owner(HOSTILE, "m@example.com")], ..indexer() }
}

fn list() -> Vec<Sample> {
    let of = |rows| ServicesPage { chrome: as_member(), of: acme(), manages: true, rows, notice: None };
    let notice = Some("The service account is deleted.".into());
    let many = vec![indexer(), replacing(), orphan(), hostile()];
    vec![
        page("services", &of(many.clone())),
        page("services-one", &ServicesPage { notice, ..of(vec![indexer()]) }),
        page("services-empty", &of(Vec::new())),
        page("services-empty-viewer", &ServicesPage { manages: false, ..of(Vec::new()) }),
        page("services-viewer-long", &ServicesPage { manages: false, of: long(), ..of(many) }),
    ]
}

fn scope(name: &str) -> Choice {
    Choice { value: name.into(), label: name.into(), hint: "May do that.".into(), chosen: name == "verify" }
}

fn new() -> Vec<Sample> {
    let plain = || NewServicePage {
        chrome: as_member(),
        of: acme(),
        problems: Problems::none(),
        name: String::new(),
        scopes: vec![scope("verify"), scope("documents:read")],
        audiences: String::new(),
        addresses: String::new(),
        owners: String::new(),
        nonce: "0".repeat(32),
    };
    let mut problems = Problems::one("name", "Enter a name.");
    problems.add("scopes", "A service account cannot have the scope profile. Leave it out.");
    problems.add("audiences", "These are too many audiences: 20 at most.");
    problems.add("addresses", "Line 1: “10.0.0.0/33” is no address and no network.");
    problems.add("owners", "m@example.com is no member of this workspace. Invite them first, or leave them out.");
    let wrong = NewServicePage {
        problems,
        name: LONG.into(),
        audiences: HOSTILE.into(),
        addresses: "10.0.0.0/33".into(),
        owners: "m@example.com".into(),
        of: long(),
        ..plain()
    };
    vec![page("service-new", &plain()), page("service-new-error", &wrong)]
}

fn created() -> Vec<Sample> {
    let of = |story, service| ServiceCreatedPage {
        chrome: as_member(),
        of: acme(),
        story,
        service,
        secret: "lk_svc_7Kq2VmT0bXcR4nZsY8dLwE1uHgJ5pQoAfKi6tBvC3xSyMx9Qz",
        base_url: BASE_URL.into(),
    };
    let already = |word| ServiceAlreadyPage {
        chrome: as_member(),
        of: acme(),
        word,
        id: "key_9".into(),
        name: LONG.into(),
        client: indexer().client,
    };
    vec![
        page("service-created", &of(SecretStory::Created, indexer())),
        page("service-created-long", &of(SecretStory::Created, orphan())),
        page("service-secret-added", &of(SecretStory::Added, replacing())),
        page("service-already-created", &already("created")),
        page("service-already-added", &already("added")),
    ]
}

fn detail() -> Vec<Sample> {
    let of = |service: ServiceRow| ServicePage {
        chrome: as_member(),
        of: acme(),
        problems: Problems::none(),
        notice: None,
        events: vec![event(3, "Service account created", Some("anna@example.com"))],
        forms: Some(ServiceForms {
            name: service.name.clone(),
            scopes: service.scopes.iter().map(|name| scope(name)).collect(),
            audiences: service.audiences.join("\n"),
            addresses: service.allowed_from.join("\n"),
            email: String::new(),
            nonce: "0".repeat(32),
        }),
        service,
    };
    let mut problems = Problems::one("name", "Enter a name.");
    problems.add("secrets", "This is its only secret. Add another first, or delete the service account.");
    problems.add("owners", "Somebody must answer for a service account. Add another owner first.");
    problems.add("email", "There is no such member in this workspace. Invite them first.");
    let deleted = ServiceRow { deleted: Some(ago(Span::days(1))), secrets: Vec::new(), owners: Vec::new(), ..indexer() };
    vec![
        page("service", &of(indexer())),
        page("service-two-secrets", &ServicePage { notice: Some("The owner is added.".into()), ..of(replacing()) }),
        page("service-orphaned-long", &ServicePage { of: long(), ..of(orphan()) }),
        page("service-error", &ServicePage { problems, ..of(hostile()) }),
        page("service-viewer", &ServicePage { forms: None, ..of(replacing()) }),
        page("service-deleted", &ServicePage { forms: None, events: Vec::new(), ..of(deleted) }),
    ]
}

fn acts() -> Vec<Sample> {
    let end = |service: ServiceRow| EndSecretPage {
        chrome: as_member(),
        of: acme(),
        secret: service.secrets[0].clone(),
        stays: "lk_svc_1Ab2…y8Pw".into(),
        service,
    };
    let delete = |service| DeleteServicePage { chrome: as_member(), of: acme(), service };
    vec![
        page("service-end-secret", &end(replacing())),
        page("service-delete", &delete(replacing())),
        page("service-delete-long", &delete(orphan())),
        page("service-delete-unused", &delete(hostile())),
    ]
}
