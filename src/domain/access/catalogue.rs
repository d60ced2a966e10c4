//! The catalogue: which scopes there are, and what they allow whom.
//!
//! Administrators add the scopes of their product; those that Latchkey itself asks for are built in. What a
//! credential may do is decided here, from its scopes, the catalogue and what its owner is at the moment.

use super::policy::TokenPolicy;
use super::scopes::{ScopeName, ScopePattern, Scopes};
use crate::db::{self, Cx, Db};
use crate::domain::accounts::{Role, Roles};
use crate::domain::workspaces::MemberRoles;

use super::store;

/// One scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The word on the wire.
    pub name: ScopeName,
    /// What it allows, in a sentence for the person who ticks it.
    pub sentence: String,
    /// What else it allows.
    pub implies: Vec<ScopePattern>,
    /// The role that its holder needs at the moment of use, if any.
    pub role: Option<Role>,
    /// Whose credentials may hold it.
    pub holders: Holders,
    /// The role in the workspace that the owner of a token needs at the moment of use, if any: the token must be locked to
    /// one then.
    pub workspace_role: Option<Role>,
    /// Whether Latchkey itself asks for it: such a scope stays as it is.
    pub origin: ScopeOrigin,
}

/// Where a scope comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeOrigin {
    /// Latchkey itself asks for it.
    BuiltIn,
    /// An administrator added it.
    Added,
}

/// Whose credentials may hold a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holders {
    /// Everybody's.
    All,
    /// Tokens that act as a person.
    People,
    /// Keys and service accounts, which act as their workspace.
    Workspaces,
}

impl Holders {
    /// All of them, in the order of a form's choices.
    pub const ALL: &[Self] = &[Self::All, Self::People, Self::Workspaces];

    /// The word in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::People => "people",
            Self::Workspaces => "workspaces",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|holders| holders.as_str() == word)
    }
}

/// Who holds a credential, as far as scopes depend on it.
#[derive(Debug, Clone, Copy)]
pub enum Holder<'a> {
    /// A person: with their roles, and what they are in the workspace that the token is locked to.
    Person {
        /// Everywhere.
        roles: &'a Roles,
        /// In that workspace.
        member: Option<&'a MemberRoles>,
    },
    /// A workspace.
    Workspace,
    /// A workspace, by a key that it publishes: whoever reads its web pages holds it, too.
    Publishable,
}

/// A person, outside of any workspace.
impl<'a> From<&'a Roles> for Holder<'a> {
    fn from(roles: &'a Roles) -> Self {
        Self::Person { roles, member: None }
    }
}

impl Scope {
    /// A role is something of people: a workspace has none. What `admin` is to it ends at its own borders.
    fn is_open_to(&self, holder: Holder<'_>) -> bool {
        match holder {
            Holder::Person { roles, member } => {
                let everywhere = self.role.as_ref().is_none_or(|role| roles.has(role.as_str()));
                let there = |role: &Role| member.is_some_and(|member| member.reach(role.as_str()));
                self.holders != Holders::Workspaces && everywhere && self.workspace_role.as_ref().is_none_or(there)
            }
            // What Latchkey itself asks for is about people, keys and other people's secrets: nothing to publish.
            Holder::Publishable => self.origin == ScopeOrigin::Added && self.is_open_to(Holder::Workspace),
            Holder::Workspace => self.holders != Holders::People && (self.role.is_none() || self.name.as_str() == Scopes::ADMIN),
        }
    }
}

/// All scopes, in the order of the page that offers them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue(Vec<Scope>);

/// What a credential may do now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EffectiveScopes {
    /// Its own scopes, as far as its owner's rights reach.
    held: Vec<String>,
    /// Every scope that they allow, sorted.
    allowed: Vec<String>,
}

impl EffectiveScopes {
    /// The credential's own scopes, as far as its owner's rights reach.
    pub fn held(&self) -> impl Iterator<Item = &str> {
        self.held.iter().map(String::as_str)
    }

    /// The same, as far as another set reaches.
    #[must_use]
    pub fn within(self, other: &Self) -> Self {
        let reaches = |name: &String| other.allows(name);
        let held = self.held.into_iter().filter(reaches).collect();
        Self { held, allowed: self.allowed.into_iter().filter(reaches).collect() }
    }

    /// Whether a demand for this scope is met, by the scope itself or by one that implies it.
    pub fn allows(&self, name: &str) -> bool {
        self.allowed.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }
}

impl Catalogue {
    pub(super) fn new(scopes: Vec<Scope>) -> Self {
        Self(scopes)
    }

    /// All of them.
    pub fn scopes(&self) -> &[Scope] {
        &self.0
    }

    /// The scope of this name, letter for letter.
    pub fn find(&self, name: &ScopeName) -> Option<&Scope> {
        self.0.iter().find(|scope| scope.name == *name)
    }

    /// Those that this holder's credentials can be given.
    pub fn open_to<'a>(&'a self, holder: impl Into<Holder<'a>>) -> impl Iterator<Item = &'a Scope> {
        let holder = holder.into();
        self.0.iter().filter(move |scope| scope.is_open_to(holder))
    }

    /// The first of these scopes that is not in the catalogue, or that this holder's credentials cannot be given.
    pub fn beyond<'a, 'b>(&self, scopes: &'a Scopes, holder: impl Into<Holder<'b>>) -> Option<Beyond<'a>> {
        let holder = holder.into();
        scopes.names().iter().find_map(|name| match self.find(name) {
            None => Some(Beyond::Unknown(name)),
            Some(scope) if !scope.is_open_to(holder) => Some(Beyond::Role(name)),
            Some(_) => None,
        })
    }

    /// What these scopes allow this holder. One that is not in the catalogue makes the whole set worthless: nobody knows
    /// what it was meant to allow, or to exclude.
    pub fn effective<'a>(&'a self, scopes: &Scopes, holder: impl Into<Holder<'a>>) -> Option<EffectiveScopes> {
        let holder = holder.into();
        let own: Vec<&Scope> = scopes.names().iter().map(|name| self.find(name)).collect::<Option<_>>()?;
        let held: Vec<&Scope> = own.into_iter().filter(|scope| scope.is_open_to(holder)).collect();
        let mut reached = held.clone();
        let mut next = 0;
        while let Some(scope) = reached.get(next).copied() {
            let implied = self.open_to(holder).filter(|other| scope.implies.iter().any(|pattern| pattern.covers(&other.name)));
            let new: Vec<&Scope> = implied.filter(|other| reached.iter().all(|known| known.name != other.name)).collect();
            reached.extend(new);
            next += 1;
        }
        let word = |scope: &&Scope| scope.name.as_str().to_owned();
        let mut allowed: Vec<String> = reached.iter().map(word).collect();
        allowed.sort_unstable();
        Some(EffectiveScopes { held: held.iter().map(word).collect(), allowed })
    }
}

/// Why somebody cannot be given a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond<'a> {
    /// There is none of this name.
    Unknown(&'a ScopeName),
    /// It needs a role that they do not have.
    Role(&'a ScopeName),
}

/// What holds for everybody's tokens now.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Who may hold tokens, and for how long.
    pub policy: TokenPolicy,
    /// What they may be for.
    pub catalogue: Catalogue,
}

/// What holds for everybody's tokens now.
///
/// # Errors
/// When the database does not answer.
pub async fn terms(db: &Db) -> db::Result<Terms> {
    terms_in(&mut db.read().await?).await
}

pub(in crate::domain) async fn terms_in(cx: &mut Cx) -> db::Result<Terms> {
    Ok(Terms { policy: store::policy(cx).await?, catalogue: store::catalogue(cx).await? })
}

/// The catalogue as it is now, in a transaction.
pub(in crate::domain) async fn catalogue_in(cx: &mut Cx) -> db::Result<Catalogue> {
    store::catalogue(cx).await
}

/// The catalogue as it is now.
///
/// # Errors
/// When the database does not answer.
pub async fn catalogue(db: &Db) -> db::Result<Catalogue> {
    store::catalogue(&mut db.read().await?).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(name: &str, implies: &[&str], role: Option<&str>) -> Scope {
        Scope {
            name: ScopeName::parse(name).expect("a name"),
            sentence: String::new(),
            implies: implies.iter().map(|text| ScopePattern::parse(text).expect("a pattern")).collect(),
            role: role.map(|role| Role::parse(role).expect("a role")),
            holders: Holders::All,
            workspace_role: None,
            origin: ScopeOrigin::Added,
        }
    }

    fn library() -> Catalogue {
        Catalogue::new(vec![
            scope("admin", &["*"], Some("admin")),
            scope("verify", &[], None),
            scope("documents", &["documents:*"], None),
            scope("documents:read", &[], None),
            scope("documents:write", &["documents:read"], None),
            scope("documents:purge", &[], Some("admin")),
            scope("loop:a", &["loop:b"], None),
            scope("loop:b", &["loop:a"], None),
            scope("search", &[], None),
            scope("search:admin", &[], None),
        ])
    }

    fn allowed(words: &[&str], roles: &Roles) -> Vec<String> {
        let scopes = Scopes::parse(words.iter().copied()).expect("names");
        library().effective(&scopes, roles).map(|effective| effective.allowed).unwrap_or_default()
    }

    #[test]
    fn r72_a_scope_allows_itself_and_what_it_implies_and_no_more() {
        assert_eq!(allowed(&["documents:write"], &Roles::user()), ["documents:read", "documents:write"]);
        assert_eq!(allowed(&["documents"], &Roles::user()), ["documents", "documents:read", "documents:write"]);
        assert_eq!(allowed(&["search"], &Roles::user()), ["search"]);
        assert_eq!(allowed(&["loop:a"], &Roles::user()), ["loop:a", "loop:b"]);
        assert_eq!(allowed(&["admin"], &Roles::admin()).len(), 10, "everything in the catalogue");
        let admin = library().effective(&Scopes::parse(["admin"]).expect("a name"), &Roles::admin()).expect("known");
        for other in ["adminx", "documents:*", "*", "Verify", ""] {
            assert!(!admin.allows(other), "{other}");
        }
    }

    #[test]
    fn r71_a_scope_fades_with_the_role_behind_it_also_where_it_is_implied() {
        assert!(allowed(&["admin"], &Roles::user()).is_empty());
        assert!(!allowed(&["documents"], &Roles::user()).contains(&"documents:purge".to_owned()));
        assert!(allowed(&["documents"], &Roles::admin()).contains(&"documents:purge".to_owned()));
    }

    #[test]
    fn r72_admin_of_a_workspace_reaches_what_workspaces_may_hold_and_no_role_of_a_person() {
        let catalogue = Catalogue::new(vec![
            scope("admin", &["*"], Some("admin")),
            Scope { holders: Holders::People, ..scope("profile", &[], None) },
            Scope { holders: Holders::Workspaces, ..scope("keys:manage", &[], None) },
            scope("search", &[], None),
            scope("purge", &[], Some("admin")),
        ]);
        let admin = Scopes::parse(["admin"]).expect("a name");
        let of = |holder: Holder<'_>| catalogue.effective(&admin, holder).map(|effective| effective.allowed);
        assert_eq!(of(Holder::Workspace), Some(vec!["admin".to_owned(), "keys:manage".to_owned(), "search".to_owned()]));
        let people = ["admin", "profile", "purge", "search"].map(str::to_owned).to_vec();
        assert_eq!(of((&Roles::admin()).into()), Some(people));
        let purge = Scopes::parse(["purge"]).expect("a name");
        assert!(matches!(catalogue.beyond(&purge, Holder::Workspace), Some(Beyond::Role(_))));
    }

    #[test]
    fn r71_a_scope_that_needs_a_role_in_the_workspace_fades_with_it() {
        let role = Role::parse("developer");
        let catalogue = Catalogue::new(vec![Scope { workspace_role: role, ..scope("deploy", &[], None) }]);
        let (deploy, user) = (Scopes::parse(["deploy"]).expect("a name"), Roles::user());
        let allows = |member: Option<&MemberRoles>| {
            let holder = Holder::Person { roles: &user, member };
            catalogue.effective(&deploy, holder).is_some_and(|effective| effective.allows("deploy"))
        };
        let member = |text: &str| MemberRoles::parse(text).expect("roles");
        assert!(allows(Some(&member("developer"))) && allows(Some(&member("owner"))));
        assert!(!allows(Some(&member("viewer"))) && !allows(Some(&member("support"))) && !allows(None));
    }

    #[test]
    fn r68_a_scope_that_is_not_in_the_catalogue_makes_the_set_worthless() {
        let scopes = Scopes::parse(["verify", "everything"]).expect("names");
        assert_eq!(library().effective(&scopes, &Roles::admin()), None);
        let name = ScopeName::parse("everything").expect("a name");
        assert_eq!(library().beyond(&scopes, &Roles::admin()), Some(Beyond::Unknown(&name)));
    }
}
