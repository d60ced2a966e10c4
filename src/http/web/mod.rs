//! The pages that people see: one file per page or family of pages, and a template of the same name under
//! `templates/pages/`.
//!
//! | module | what it is |
//! |---|---|
//! | [`chrome`] | what every page needs: who is signed in, the hour, the form token |
//! | [`form`] | what a form shows again after a mistake |
//! | [`list`] | the marks of a list that is too long for one page |
//! | [`csv`] | a list as a file for spreadsheets |
//! | [`done`] | what has just happened, as a word in the address |
//! | [`event`] | an event of the audit log, as people read it |
//! | [`agent`] | a browser's name, made from its `User-Agent` |
//! | [`assets`] | the sheet, the script and the icons |
//! | [`error`] | the page that says what went wrong and what to do next |
//! | [`home`], [`sign_up`], [`verify`], [`invite`], [`recover`], [`address`], [`sign_in`], [`second_step`], [`setup`], [`sign_out`] | the way in, and out |
//! | [`authorize`], [`device`] | apps and devices ask, the person decides |
//! | [`profile`] | what belongs to oneself, [`tokens`] aside |
//! | [`docs`], [`door_docs`] | the native API and the other doors, for people |
//! | [`tokens`] | API tokens: list, create, reveal once, how they are used, rotate, change, revoke |
//! | [`workspaces`] | the workspaces that one belongs to, and their members |
//! | [`admin`] | what administrators see and govern |
//! | [`session`], [`visitor`] | the cookie, and who is behind it |
//! | [`enrolling`] | who sets up a second factor |
//! | [`confirmed`] | "Confirm it's you": forms that a borrowed browser must not send |
//! | [`posted`] | a form, once it is certain that it was sent from here |
//! | [`page`](mod@page) | from a view to an answer |
//! | [`done`] | what a page says has just happened |
//! | [`outcome`] | every end that is no page |

pub mod address;
pub mod admin;
pub mod agent;
pub mod assets;
pub mod authorize;
pub mod chrome;
pub mod confirmed;
pub mod csv;
pub mod device;
pub mod docs;
pub mod done;
pub mod door_docs;
pub mod enrolling;
pub mod error;
pub mod event;
pub mod form;
pub mod home;
pub mod invite;
pub mod list;
pub mod outcome;
pub mod page;
pub mod posted;
pub mod profile;
pub mod recover;
pub mod second_step;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
pub mod tokens;
pub mod verify;
pub mod visitor;
pub mod workspaces;

use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, ServiceConfig};

use self::page::page;
use crate::app::App;

/// The routes of the pages.
pub fn routes(config: &mut ServiceConfig, app: &Data<App>) {
    config.service(
        web::scope("")
            .configure(entry)
            .configure(own)
            .configure(devices)
            .configure(tenants)
            .configure(keys)
            .configure(service_accounts)
            .configure(administration)
            .configure(people)
            .configure(registered_apps)
            .configure(governed_tenants)
            .wrap(session::middleware(app))
            .wrap(from_fn(outcome::present))
            .wrap(Compress::default())
            .default_service(web::to(outcome::not_found)),
    );
}

/// The page on which people decide about apps. Its address lies among those of another door, which knows no pages: so it
/// comes before that one.
pub fn authorization(config: &mut ServiceConfig, app: &Data<App>) {
    let asked = page("/oauth2/authorize", authorize::show).post(authorize::decide);
    config.service(asked.wrap(session::middleware(app)).wrap(from_fn(outcome::present)).wrap(Compress::default()));
}

/// The way in, and out.
fn entry(table: &mut ServiceConfig) {
    table
        .service(page("/static/{name}", assets::show))
        .service(page("/", home::show))
        .service(page("/docs", docs::show))
        .service(page("/docs/{door}", door_docs::show))
        .service(page("/setup/{code}", setup::show).post(setup::create))
        .service(page("/sign-up", sign_up::show).post(sign_up::create))
        .service(page("/verify", verify::show_code).post(verify::use_code))
        .service(page("/verify/{secret}", verify::show_link).post(verify::use_link))
        .service(page("/invite/{secret}", invite::show).post(invite::create))
        .service(page("/recover", recover::show).post(recover::create))
        .service(page("/recover/{secret}", recover::show_link).post(recover::use_link))
        .service(page("/confirm-address/{secret}", address::show_confirm).post(address::confirm))
        .service(page("/undo-address/{secret}", address::show_undo).post(address::undo))
        .service(web::resource("/profile/verify").post(verify::resend))
        .service(page("/sign-in", sign_in::show).post(sign_in::create))
        .service(page("/sign-in/second-step", second_step::show).post(second_step::create))
        .service(web::resource("/sign-out").post(sign_out::create));
}

/// What belongs to somebody who is signed in.
fn own(table: &mut ServiceConfig) {
    table
        .service(page("/profile", profile::show))
        .service(page("/profile/name", profile::name::show).post(profile::name::save))
        .service(page("/profile/address", profile::address::show).post(profile::address::create))
        .service(web::resource("/profile/export").post(profile::export::save))
        .service(page("/profile/delete", profile::delete::show).post(profile::delete::delete))
        .service(page("/profile/security", profile::security::show))
        .service(web::resource("/profile/security/password").post(profile::security::change_password))
        .configure(second_factor)
        .service(page("/profile/sessions", profile::sessions::show))
        .service(web::resource("/profile/sessions/end-others").post(profile::sessions::end_others))
        .service(web::resource("/profile/sessions/{id}/end").post(profile::sessions::end))
        .service(page("/profile/activity", profile::activity::show))
        .service(page("/profile/apps", profile::apps::show))
        .service(page("/profile/apps/{id}/revoke", profile::apps::ask).post(profile::apps::revoke))
        .service(page("/profile/tokens", tokens::list::show).post(tokens::create::create))
        .service(page("/profile/tokens/new", tokens::new::show))
        .service(web::resource("/profile/tokens/save").post(tokens::save::save))
        .service(page("/profile/tokens/revoke-many", tokens::revoke_many::show).post(tokens::revoke_many::revoke))
        .service(page("/profile/tokens/{id}", tokens::detail::show))
        .service(page("/profile/tokens/{id}/check", tokens::check::show))
        .service(page("/profile/tokens/{id}/rotate", tokens::rotate::show).post(tokens::rotate::rotate))
        .service(page("/profile/tokens/{id}/revoke", tokens::revoke::show).post(tokens::revoke::revoke))
        .service(web::resource("/profile/tokens/{id}/rename").post(tokens::change::rename))
        .service(web::resource("/profile/tokens/{id}/narrow").post(tokens::change::narrow))
        .service(web::resource("/profile/tokens/{id}/pause").post(tokens::change::pause))
        .service(web::resource("/profile/tokens/{id}/resume").post(tokens::change::resume))
        .service(web::resource("/profile/tokens/{id}/end-overlap").post(tokens::change::end_overlap));
}

/// Devices that want to act for somebody.
fn devices(table: &mut ServiceConfig) {
    table
        .service(page("/device", device::show).post(device::look))
        .service(web::resource("/device/allow").post(device::allow))
        .service(web::resource("/device/deny").post(device::deny));
}

/// The second factor of somebody who is signed in, or who can only sign in with one.
fn second_factor(table: &mut ServiceConfig) {
    use profile::{authenticator, recovery_codes};
    table
        .service(page("/profile/security/authenticator", authenticator::show).post(authenticator::begin))
        .service(web::resource("/profile/security/authenticator/on").post(authenticator::switch_on))
        .service(page("/profile/security/authenticator/off", authenticator::show_off).post(authenticator::switch_off))
        .service(page("/profile/security/recovery-codes", recovery_codes::show).post(recovery_codes::create))
        .service(web::resource("/profile/security/recovery-codes/confirm").post(recovery_codes::confirm));
}

/// Workspaces, for those who belong to them.
fn tenants(table: &mut ServiceConfig) {
    use workspaces::{delete, invites, join, list, members, new, overview, settings};
    table
        .service(page("/workspaces", list::show))
        .service(page("/workspaces/new", new::show).post(new::create))
        .service(web::resource("/workspaces/own").post(list::open_own))
        .service(web::resource("/workspaces/invitations/{id}/accept").post(join::accept_mine))
        .service(web::resource("/workspaces/invitations/{id}/decline").post(join::decline_mine))
        .service(page("/join/{secret}", join::show).post(join::create))
        .service(web::resource("/join/{secret}/accept").post(join::accept))
        .service(web::resource("/join/{secret}/decline").post(join::decline))
        .service(page("/w/{slug}", overview::show))
        .service(page("/w/{slug}/members", members::list::show))
        .service(page("/w/{slug}/members/{id}", members::change::show).post(members::change::save))
        .service(page("/w/{slug}/members/{id}/remove", members::end::show).post(members::end::remove))
        .service(page("/w/{slug}/leave", members::end::show_leave).post(members::end::leave))
        .service(page("/w/{slug}/invites", invites::show).post(invites::create))
        .service(web::resource("/w/{slug}/invites/{id}/resend").post(invites::resend))
        .service(web::resource("/w/{slug}/invites/{id}/cancel").post(invites::cancel))
        .service(page("/w/{slug}/settings", settings::show).post(settings::rename))
        .service(page("/w/{slug}/settings/delete", delete::show).post(delete::delete))
        .service(web::resource("/w/{slug}/settings/keys").post(settings::save_keys));
}

/// What the workspaces give to programs.
fn keys(table: &mut ServiceConfig) {
    use workspaces::keys::{change, create, detail, list, new, revoke, rotate};
    table
        .service(page("/w/{slug}/keys", list::show).post(create::create))
        .service(page("/w/{slug}/keys/new", new::show))
        .service(page("/w/{slug}/keys/{id}", detail::show))
        .service(page("/w/{slug}/keys/{id}/rotate", rotate::show).post(rotate::rotate))
        .service(page("/w/{slug}/keys/{id}/revoke", revoke::show).post(revoke::revoke))
        .service(web::resource("/w/{slug}/keys/{id}/change").post(change::change))
        .service(web::resource("/w/{slug}/keys/{id}/pause").post(change::pause))
        .service(web::resource("/w/{slug}/keys/{id}/resume").post(change::resume))
        .service(web::resource("/w/{slug}/keys/{id}/end-overlap").post(change::end_overlap))
        .service(page("/w/{slug}/usage", workspaces::usage::show));
}

/// What the workspaces give to machines.
fn service_accounts(table: &mut ServiceConfig) {
    use workspaces::service_accounts::{change, delete, detail, list, new, owners, secrets};
    table
        .service(page("/w/{slug}/service-accounts", list::show).post(new::create))
        .service(page("/w/{slug}/service-accounts/new", new::show))
        .service(page("/w/{slug}/service-accounts/{id}", detail::show))
        .service(page("/w/{slug}/service-accounts/{id}/delete", delete::show).post(delete::delete))
        .service(page("/w/{slug}/service-accounts/{id}/secrets/{secret}/end", secrets::show).post(secrets::end))
        .service(web::resource("/w/{slug}/service-accounts/{id}/secrets").post(secrets::add))
        .service(web::resource("/w/{slug}/service-accounts/{id}/change").post(change::change))
        .service(web::resource("/w/{slug}/service-accounts/{id}/owners").post(owners::add))
        .service(web::resource("/w/{slug}/service-accounts/{id}/owners/{owner}/remove").post(owners::remove));
}

/// For administrators.
fn administration(table: &mut ServiceConfig) {
    table
        .service(page("/admin", admin::board::show))
        .service(page("/admin/policy", admin::policy::show).post(admin::policy::save))
        .service(page("/admin/scopes", admin::scopes::show))
        .service(page("/admin/scopes/new", admin::scopes::show_new).post(admin::scopes::add))
        .service(page("/admin/scopes/{name}", admin::scopes::show_one).post(admin::scopes::change))
        .service(page("/admin/scopes/{name}/delete", admin::scopes::show_delete).post(admin::scopes::delete))
        .service(page("/admin/plans", admin::plans::show).post(admin::plans::choose_new))
        .service(page("/admin/plans/new", admin::plans::show_new).post(admin::plans::add))
        .service(page("/admin/plans/{name}", admin::plans::show_one).post(admin::plans::change))
        .service(page("/admin/plans/{name}/delete", admin::plans::show_delete).post(admin::plans::delete))
        .service(web::resource("/admin/policy/sign-in").post(admin::sign_in_policy::save))
        .service(page("/admin/audit", admin::audit::show))
        .service(page("/admin/audit.csv", admin::audit::download::show))
        .service(page("/admin/mail", admin::mail::show))
        .service(web::resource("/admin/mail/test").post(admin::mail::test))
        .service(web::resource("/admin/mail/{id}/again").post(admin::mail::again))
        .service(page("/admin/system", admin::system::show))
        .service(page("/admin/tokens", admin::tokens::list::show))
        .service(page("/admin/tokens.csv", admin::tokens::download::show))
        .service(web::resource("/admin/tokens/revoke").post(admin::tokens::revoke::revoke))
        .service(page("/admin/tokens/which", admin::tokens::which::show).post(admin::tokens::which::find));
}

/// Everybody's workspaces, for administrators.
fn governed_tenants(table: &mut ServiceConfig) {
    use admin::workspaces::{change, list, show};
    table
        .service(page("/admin/workspaces", list::show).post(list::save_creators))
        .service(page("/admin/workspaces/{id}", show::show))
        .service(page("/admin/workspaces/{id}/suspend", change::show).post(change::suspend))
        .service(page("/admin/workspaces/{id}/restore", change::show).post(change::restore))
        .service(web::resource("/admin/workspaces/{id}/plan").post(change::save_plan));
}

/// Apps and for whom their tokens may be, for administrators.
fn registered_apps(table: &mut ServiceConfig) {
    use admin::apps::{change, list, new};
    use admin::audiences;
    table
        .service(page("/admin/apps", list::show))
        .service(page("/admin/apps/new", new::show).post(new::create))
        .service(page("/admin/apps/{id}", change::show).post(change::change))
        .service(page("/admin/apps/{id}/disable", change::show_disable).post(change::disable))
        .service(web::resource("/admin/apps/{id}/enable").post(change::enable))
        .service(page("/admin/apps/{id}/delete", change::show_delete).post(change::delete))
        .service(page("/admin/audiences", audiences::show).post(audiences::add))
        .service(page("/admin/audiences/remove", audiences::show_remove).post(audiences::remove));
}

/// Everybody's accounts, for administrators.
fn people(table: &mut ServiceConfig) {
    use admin::accounts::{change, links, list, new, show};
    table
        .service(page("/admin/accounts", list::show).post(new::create))
        .service(page("/admin/accounts/new", new::show))
        .service(page("/admin/accounts/{id}", show::show))
        .service(page("/admin/accounts/{id}/suspend", change::show).post(change::suspend))
        .service(page("/admin/accounts/{id}/restore", change::show).post(change::restore))
        .service(page("/admin/accounts/{id}/cancel", links::ask_cancel).post(links::cancel))
        .service(web::resource("/admin/accounts/{id}/resend").post(links::resend))
        .service(web::resource("/admin/accounts/{id}/link").post(links::show_link))
        .service(web::resource("/admin/accounts/{id}/set-password-link").post(links::send_set_password))
        .service(web::resource("/admin/accounts/{id}/roles").post(change::save_roles))
        .service(web::resource("/admin/accounts/{id}/remove-factor").post(change::remove_factor))
        .service(web::resource("/admin/accounts/{id}/sign-out").post(change::sign_out));
}
