//! Service accounts, as the verbs manage them.

use latchkey::base::text::{EmailAddress, Label};
use latchkey::domain::access::{Audiences, Scopes};
use latchkey::domain::credentials::AddressList;
use latchkey::domain::credentials::service::{
    self, ChangeServiceError, CreateServiceError, IssuedService, OwnerError, SecretError, ServiceChange, ServiceDraft,
    ServiceOwnerName,
};
use latchkey::domain::workspaces::{Member, Refused};

use crate::served;
use crate::support::TestApp;
use crate::support::rows::execute_all;

fn draft(name: &str) -> ServiceDraft {
    ServiceDraft {
        name: Label::parse(name).expect("a name"),
        scopes: Scopes::parse(["verify"]).expect("scopes"),
        audiences: Audiences::parse(["platform"]).expect("audiences"),
        allowed_addresses: AddressList::anywhere(),
        owners: Vec::new(),
        nonce: None,
    }
}

async fn made(app: &TestApp, by: &Member, name: &str) -> IssuedService {
    service::create(&app.app().ctx, by, draft(name)).await.expect("made")
}

async fn status(app: &TestApp, secret: &str) -> u16 {
    app.bearer(secret).get("/v1/me").await.status
}

fn called(email: &str) -> ServiceOwnerName {
    ServiceOwnerName::Email(EmailAddress::parse(email).expect("an address"))
}

served! {
    async fn a_service_account_has_a_secret_an_owner_and_what_it_was_given(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let made = made(app, &by, "Billing").await;
        assert!(made.secret.reveal().starts_with("lk_svc_"));
        assert_eq!(status(app, made.secret.reveal()).await, 200);
        let account = service::find(&app.app().ctx, &by, made.account.id).await.expect("read").expect("there");
        assert_eq!((account.secrets.len(), account.owners.len(), account.is_orphaned()), (1, 1, false));
        assert_eq!((account.owners[0].email.as_str(), account.audiences.words().next()), ("alice@example.com", Some("platform")));
        assert_eq!(service::list(&app.app().ctx, &by).await.expect("listed").len(), 1);
        let form = || ServiceDraft { nonce: Some("n".into()), ..draft("Form") };
        service::create(&app.app().ctx, &by, form()).await.expect("made");
        let before = app.state_and_log().await;
        let again = service::create(&app.app().ctx, &by, form()).await.err();
        assert!(matches!(again, Some(CreateServiceError::AlreadyCreated(_))), "{again:?}");
        let foreign = ServiceDraft { owners: vec![called("root@example.com")], ..draft("Foreign") };
        assert!(matches!(service::create(&app.app().ctx, &by, foreign).await.err(), Some(CreateServiceError::NoMember(_))));
        let closed = ServiceDraft { scopes: Scopes::parse(["profile"]).expect("a name"), ..draft("Closed") };
        assert!(matches!(service::create(&app.app().ctx, &by, closed).await.err(), Some(CreateServiceError::ClosedScope(_))));
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r74_two_secrets_live_at_the_most_and_the_last_is_not_taken_away(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let first = made(app, &by, "Billing").await;
        let (id, old) = (first.account.id, first.account.secrets[0].id);
        assert!(matches!(service::revoke_secret(&shared.ctx, &by, id, old).await, Err(SecretError::Last)));
        let second = service::add_secret(&shared.ctx, &by, id, Some("a")).await.expect("added");
        let before = app.state_and_log().await;
        assert!(matches!(service::add_secret(&shared.ctx, &by, id, Some("a")).await.err(), Some(SecretError::AlreadyAdded(_))));
        assert!(matches!(service::add_secret(&shared.ctx, &by, id, Some("b")).await.err(), Some(SecretError::TooMany)));
        assert_eq!(app.state_and_log().await, before);
        assert_eq!((status(app, first.secret.reveal()).await, status(app, second.secret.reveal()).await), (200, 200));
        service::revoke_secret(&shared.ctx, &by, id, old).await.expect("revoked");
        service::revoke_secret(&shared.ctx, &by, id, old).await.expect("as it is");
        assert_eq!((status(app, first.secret.reveal()).await, status(app, second.secret.reveal()).await), (401, 200));
        let places = "SELECT place FROM credential_secrets WHERE valid_until IS NULL";
        assert_eq!(app.rows(places).await, ["1"], "the other moved up");
        let third = service::add_secret(&shared.ctx, &by, id, Some("c")).await.expect("there is room");
        assert_eq!(third.account.secrets.len(), 2);
        service::delete(&shared.ctx, &by, id).await.expect("deleted");
        assert_eq!((status(app, second.secret.reveal()).await, status(app, third.secret.reveal()).await), (401, 401));
        assert!(matches!(service::add_secret(&shared.ctx, &by, id, None).await.err(), Some(SecretError::Ended)));
        assert!(service::list(&shared.ctx, &by).await.expect("listed").is_empty());
    }

    async fn somebody_who_is_there_always_answers_for_a_service_account(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "viewer").await;
        app.user("carol@example.com").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let id = made(app, &by, "Billing").await.account.id;
        let before = app.state_and_log().await;
        assert!(matches!(service::remove_owner(&shared.ctx, &by, id, alice.id()).await, Err(OwnerError::Last)));
        let carol = service::add_owner(&shared.ctx, &by, id, &called("carol@example.com")).await;
        assert!(matches!(carol, Err(OwnerError::NoMember)), "{carol:?}");
        assert_eq!(app.state_and_log().await, before);
        service::add_owner(&shared.ctx, &by, id, &called("bob@example.com")).await.expect("added");
        execute_all(&shared.ctx.db, &["DELETE FROM memberships WHERE roles = '[\"viewer\"]'"]).await;
        let left = service::remove_owner(&shared.ctx, &by, id, alice.id()).await;
        assert!(matches!(left, Err(OwnerError::Last)), "the other has left: {left:?}");
        service::remove_owner(&shared.ctx, &by, id, bob.id()).await.expect("removed");
        execute_all(&shared.ctx.db, &["DELETE FROM memberships"]).await;
        let owner = app.belongs(&acme, "dora@example.com", "owner").await;
        let owner = app.member_of(&acme, &owner).await;
        let account = service::find(&shared.ctx, &owner, id).await.expect("read").expect("there");
        assert!(account.is_orphaned());
    }

    async fn r101_service_accounts_of_others_do_not_exist_and_viewers_change_none(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        let (by, there, shared) = (app.member_of(&acme, &alice).await, app.member_of(&other, &alice).await, app.app());
        let viewer = app.belongs(&acme, "vera@example.com", "viewer").await;
        let viewer = app.member_of(&acme, &viewer).await;
        let made = made(app, &by, "Billing").await;
        let (id, secret) = (made.account.id, made.account.secrets[0].id);
        let before = app.state_and_log().await;
        assert!(service::find(&shared.ctx, &there, id).await.expect("read").is_none());
        for (member, expected) in [(&there, Refused::NotFound), (&viewer, Refused::Forbidden)] {
            let deleted = service::delete(&shared.ctx, member, id).await;
            assert!(matches!(&deleted, Err(ChangeServiceError::Refused(why)) if *why == expected), "{deleted:?}");
            let changed = service::change(&shared.ctx, member, id, ServiceChange::default()).await;
            assert!(matches!(&changed, Err(ChangeServiceError::Refused(why)) if *why == expected), "{changed:?}");
            let revoked = service::revoke_secret(&shared.ctx, member, id, secret).await;
            assert!(matches!(&revoked, Err(SecretError::Refused(why)) if *why == expected), "{revoked:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        let less = ServiceChange { scopes: Some(Scopes::default()), name: Label::parse("Bills").ok(), ..ServiceChange::default() };
        service::change(&shared.ctx, &by, id, less).await.expect("changed");
        let more = ServiceChange { scopes: Scopes::parse(["verify"]).ok(), ..ServiceChange::default() };
        let more = service::change(&shared.ctx, &by, id, more).await;
        assert!(matches!(more, Err(ChangeServiceError::MoreScopes(_))), "{more:?}");
    }
}
