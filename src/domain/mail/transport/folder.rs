//! Letters as files: what a service does while no mail server is configured. They hold links, so they are their
//! owner's alone.

use std::io;
use std::path::Path;

use tokio::fs::{DirBuilder, OpenOptions, rename};
use tokio::io::AsyncWriteExt;

use super::{Class, Letter, SendError, mime};

/// Writes the letter; it appears under its name only when it is whole.
pub(super) async fn write(folder: &Path, letter: &Letter) -> Result<(), SendError> {
    let bytes = mime::message(letter).formatted();
    let name = file_name(letter);
    write_whole(folder, &name, &bytes).await.map_err(|error| SendError::new(Class::Folder, &error.to_string()))
}

/// Makes the folder, for its owner alone.
pub(super) async fn prepare(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).await
}

async fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    prepare(folder).await?;
    let part = folder.join(format!(".{name}.part"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    rename(part, folder.join(name)).await
}

/// `20261128T093000.000Z_ada@example.com_5c26f8ad.eml`: readable, and in the order in which the mails came about, which
/// is not the order in which several processes write them.
fn file_name(letter: &Letter) -> String {
    let time: String = letter.id.made_at().rfc3339().chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let id = letter.id.to_string();
    let tail = &id[id.len() - 8..];
    format!("{time}_{}_{tail}.eml", plain(letter.to.as_str()))
}

/// Only what is harmless in a file's name, and not too much of it.
fn plain(address: &str) -> String {
    let harmless = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '@') { c } else { '_' };
    address.chars().take(80).map(harmless).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_address_leads_out_of_the_folder() {
        assert_eq!(plain("../../etc/passwd@example.com"), ".._.._etc_passwd@example.com");
        assert_eq!(plain("zoë+x@example.com"), "zo__x@example.com");
        assert_eq!(plain(&"a".repeat(300)).len(), 80);
    }
}
