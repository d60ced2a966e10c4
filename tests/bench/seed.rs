//! What is in the database before anything is measured.

use std::path::Path;

use latchkey::app::App;
use latchkey::base::net::Origin;
use latchkey::base::text::{EmailAddress, Label, PersonName};
use latchkey::base::time::Span;
use latchkey::domain::access::{self, Administrator, AllowedRoles, Longest, NoExpiry, Scopes, Switch, TokenPolicy};
use latchkey::domain::accounts::{self, NewAccount, Password, PasswordAttempt, Person, Roles};
use latchkey::domain::credentials::{self, Expiry, PersonalDraft};
use latchkey::domain::sessions::{self, Credentials};

use super::load::Load;
use super::server;

/// People who hold a token. Several, because the requests of an account are limited.
const PEOPLE: usize = 16;
const PASSWORD: &str = "violet-anchor-sings-42";

/// What requests can be made with.
pub struct Seeded {
    tokens: Vec<String>,
}

impl Seeded {
    /// One request for each token.
    pub fn each(&self, request: impl Fn(&str) -> Load) -> Vec<Load> {
        self.tokens.iter().map(|token| request(token)).collect()
    }
}

/// Fills a database, in a server that stops before anything is measured: hashing passwords takes memory.
pub fn seed(database: &str, folder: &Path) -> Seeded {
    actix_web::rt::System::new().block_on(async {
        let running = server::latchkey(database, folder).await;
        let app = running.app();
        allow_tokens(&app, person(&app, "root@example.com", Roles::admin()).await).await;
        let mut tokens = Vec::new();
        for n in 0..PEOPLE {
            let person = person(&app, &format!("person-{n}@example.com"), Roles::user()).await;
            tokens.push(token(&app, &person).await);
        }
        running.stop().await;
        Seeded { tokens }
    })
}

async fn person(app: &App, email: &str, roles: Roles) -> Person {
    let email = EmailAddress::parse(email).expect("an address");
    let name = PersonName::parse(email.local_part()).expect("a name");
    let password = Password::choose(PASSWORD, 12, &[]).expect("a good password");
    let account = NewAccount { email: email.clone(), name, roles };
    // A database that was given by its URL may hold the account from an earlier run.
    drop(accounts::create_by_operator(&app.ctx, account, &password).await);
    let presented = Credentials { email: Some(email), password: PasswordAttempt::new(PASSWORD) };
    let origin = Origin::local("bench");
    sessions::sign_in(&app.ctx, presented, &origin).await.expect("signed in").person
}

async fn allow_tokens(app: &App, admin: Person) {
    let policy = TokenPolicy {
        tokens: Switch::On,
        allowed_roles: AllowedRoles::everybody(),
        longest: Longest::UNBOUNDED,
        no_expiry: NoExpiry::Allowed,
    };
    let by = Administrator::of(admin).expect("an administrator");
    access::change_policy(&app.ctx, &by, policy).await.expect("changed");
}

/// A token that may verify and read the profile.
async fn token(app: &App, of: &Person) -> String {
    let nonce = latchkey::base::id::uuid_v7(app.ctx.now(), &app.ctx.rng).to_string();
    let draft = PersonalDraft {
        name: Label::parse(&format!("bench {nonce}")).expect("a name"),
        scopes: Scopes::parse(["profile", "verify"]).expect("scopes"),
        expiry: Expiry::At(app.ctx.now() + Span::days(30)),
        nonce,
    };
    credentials::issue_personal(&app.ctx, of, draft).await.expect("a token").secret.reveal().to_owned()
}
