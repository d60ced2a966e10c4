//! Every route of apps and audiences: method, path, and who may use it, as in [`guarded`](super::guarded).

use super::guarded::For;

pub const ROUTES: &[(&str, &str, For)] = &[
    ("GET", "/profile/apps", For::Everybody),
    ("GET", "/profile/apps/{session}/revoke", For::Everybody),
    ("POST", "/profile/apps/{session}/revoke", For::Everybody),
    ("GET", "/device", For::Everybody),
    ("POST", "/device", For::Everybody),
    ("POST", "/device/allow", For::Everybody),
    ("POST", "/device/deny", For::Everybody),
    ("GET", "/admin/apps", For::Administrators),
    ("GET", "/admin/apps/new", For::Administrators),
    ("POST", "/admin/apps/new", For::Administrators),
    ("GET", "/admin/apps/app_00000000000070008000000000000000", For::Administrators),
    ("POST", "/admin/apps/app_00000000000070008000000000000000", For::Administrators),
    ("GET", "/admin/apps/app_00000000000070008000000000000000/disable", For::Administrators),
    ("POST", "/admin/apps/app_00000000000070008000000000000000/disable", For::Administrators),
    ("POST", "/admin/apps/app_00000000000070008000000000000000/enable", For::Administrators),
    ("GET", "/admin/apps/app_00000000000070008000000000000000/delete", For::Administrators),
    ("POST", "/admin/apps/app_00000000000070008000000000000000/delete", For::Administrators),
    ("GET", "/admin/audiences", For::Administrators),
    ("POST", "/admin/audiences", For::Administrators),
    ("GET", "/admin/audiences/remove?name=platform", For::Administrators),
    ("POST", "/admin/audiences/remove?name=platform", For::Administrators),
];
