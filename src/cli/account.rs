//! `latchkey account create`: an account made by whoever runs the machine, such as the first administrator.

use std::io::Read;

use anyhow::{Context, anyhow};
use clap::{Arg, ArgAction, ArgMatches, Command};
use zeroize::Zeroizing;

use crate::base::id::AccountId;
use crate::base::text::{EmailAddress, PersonName};
use crate::config::Config;
use crate::domain::accounts::{self, CreateError, NewAccount, Roles};

pub(super) const NAME: &str = "account";
const CREATE: &str = "create";

pub(super) fn command() -> Command {
    let email = Arg::new("email").long("email").required(true).value_name("ADDRESS");
    let name = Arg::new("name").long("name").default_value("").value_name("NAME");
    let admin = Arg::new("admin").long("admin").action(ArgAction::SetTrue);
    let stdin = Arg::new("password-stdin").long("password-stdin").action(ArgAction::SetTrue).required(true);
    let create = Command::new(CREATE)
        .about("Make an account whose address counts as confirmed")
        .arg(email.help("The address it signs in with"))
        .arg(name.help("How its owner wants to be called"))
        .arg(admin.help("Make it an administrator"))
        .arg(stdin.help("Read the password from standard input, where no other user of the machine can see it"));
    Command::new(NAME).about("Work with accounts").subcommand_required(true).subcommand(create)
}

pub(super) fn run(config: &Config, arguments: &ArgMatches) -> anyhow::Result<()> {
    let Some((CREATE, arguments)) = arguments.subcommand() else { unreachable!("clap accepts only the command above") };
    let text = |name: &str| arguments.get_one::<String>(name).map_or("", String::as_str);
    let email = EmailAddress::parse(text("email")).context("--email is no email address. Write it like name@example.com")?;
    let name = PersonName::parse(text("name")).map_err(|why| anyhow!("--name cannot be used: {why}"))?;
    let roles = if arguments.get_flag("admin") { Roles::admin() } else { Roles::user() };
    let password = password_from(std::io::stdin().lock())?;
    let written = email.to_string();
    let id = super::wait(create(config, NewAccount { email, name, roles }, &password))?;
    println!("Created the account {id} for {written}.");
    Ok(())
}

/// The whole input but for the line break at its end: any other white space belongs to the password.
fn password_from(mut input: impl Read) -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let most = u64::try_from(accounts::MAX_PASSWORD_BYTES).expect("a small number") + 2;
    input
        .by_ref()
        .take(most)
        .read_to_string(&mut text)
        .context("the password on standard input is not UTF-8 text. Send it as UTF-8")?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Zeroizing::new(line.strip_suffix('\r').unwrap_or(line).to_owned()))
}

async fn create(config: &Config, new: NewAccount, password: &str) -> anyhow::Result<AccountId> {
    let ctx = super::context(config).await?;
    let password = accounts::choose_password(&ctx, password, &new.email, &new.name).map_err(|why| anyhow!("{why}"))?;
    let created = accounts::create_by_operator(&ctx, new, &password).await;
    ctx.db.close().await;
    created.map_err(|error| match error {
        CreateError::EmailTaken => anyhow!("{error}. Sign in with it, or use another address"),
        CreateError::Busy(_) => anyhow!("{error}"),
        CreateError::Unexpected(_) => anyhow!("{error}. Nothing was created; try again"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_keeps_all_but_the_line_break_that_ended_it() {
        let read = |text: &str| password_from(text.as_bytes()).map(|password| password.to_string()).ok();
        assert_eq!(read(" pass word \n").as_deref(), Some(" pass word "));
        assert_eq!(read("pass\r\n").as_deref(), Some("pass"));
        assert_eq!(read("pass\n\n").as_deref(), Some("pass\n"));
        assert_eq!(read("").as_deref(), Some(""));
        assert_eq!(password_from(&b"\xff"[..]).err().map(|error| error.to_string().contains("UTF-8")), Some(true));
        assert_eq!(
            read(&"x".repeat(5_000)).map(|text| text.len()),
            Some(accounts::MAX_PASSWORD_BYTES + 2),
            "and is refused later"
        );
    }
}
