//! Where `mirror --to` leads: a folder, or a bucket with the keys that the environment has for it.

use std::path::Path;

use anyhow::anyhow;

use wxarchive::archive::{Archive, refuse_inside};
use wxarchive::mirror::{Folder, Store};

use super::failure;
use crate::cli::exit::Failure;

/// Opens a folder or bucket.
pub(super) fn open(target: &str, archive: &Archive) -> Result<Box<dyn Store>, Failure> {
    match address(target)? {
        None => Ok(Box::new(Folder::open(outside(target, archive)?).map_err(failure)?)),
        Some((scheme, rest)) => bucket(scheme, rest),
    }
}

/// Opens a folder or bucket to read only: a folder that is not there stays so.
pub(super) fn look(target: &str, archive: &Archive) -> Result<Box<dyn Store>, Failure> {
    match address(target)? {
        None => Ok(Box::new(Folder::look(outside(target, archive)?))),
        Some((scheme, rest)) => bucket(scheme, rest),
    }
}

/// The scheme and the rest of the address of a bucket; `None` for a folder.
fn address(target: &str) -> Result<Option<(&str, &str)>, Failure> {
    let address = target.split_once("://");
    let is_mistyped = ["s3:", "oss:", "cos:"].iter().any(|scheme| target.starts_with(scheme));
    match address {
        None if is_mistyped => {
            Err(Failure::usage(anyhow!("`{target}` is no bucket: its address has two slashes, as s3://BUCKET/PREFIX")))
        }
        address => Ok(address),
    }
}

/// A folder that is not the archive's own, where only the archive puts files.
fn outside<'t>(target: &'t str, archive: &Archive) -> Result<&'t Path, Failure> {
    let target = Path::new(target);
    refuse_inside(&archive.root(), target)?;
    Ok(target)
}

#[cfg(not(feature = "cloud"))]
fn bucket(scheme: &str, _rest: &str) -> Result<Box<dyn Store>, Failure> {
    Err(Failure::usage(anyhow!(
        "this program was built without buckets, so it can't write `{scheme}://`: install it with `--features cloud`, or \
         mirror to a folder and copy that, for example with `rclone copy`"
    )))
}

#[cfg(feature = "cloud")]
fn bucket(scheme: &str, rest: &str) -> Result<Box<dyn Store>, Failure> {
    use super::aws;
    use wxarchive::mirror::{Bucket, BucketAddress, Credentials, Provider};

    let variable = |names: &[&str]| names.iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let (provider, names) = match scheme {
        "s3" => (Provider::S3, None),
        "oss" => (Provider::Oss, Some(&OSS)),
        "cos" => (Provider::Cos, Some(&COS)),
        _ => return Err(Failure::usage(anyhow!("`{scheme}://` is no bucket: use s3://, oss:// or cos://"))),
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() || rest.split('/').any(|part| matches!(part, "." | "..")) {
        // Such parts lead out of the folder, and out of the bucket.
        return Err(Failure::usage(anyhow!(
            "`{scheme}://{rest}` names no folder of a bucket: expected {scheme}://BUCKET/PREFIX"
        )));
    }
    // Keys for S3 are found by the library, in the variables and files that the AWS tools use.
    let credentials = names.and_then(|names| {
        Some(Credentials { id: variable(names.id)?, secret: variable(names.secret)?, token: variable(names.token) })
    });
    let address = BucketAddress {
        provider,
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        endpoint: variable(names.map_or(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"], |names| names.endpoint))
            .or_else(|| names.is_none().then(|| aws::setting("endpoint_url"))?),
        region: variable(names.map_or(&["AWS_REGION", "AWS_DEFAULT_REGION"], |names| names.region))
            .or_else(|| names.is_none().then(|| aws::setting("region"))?),
        credentials,
    };
    Ok(Box::new(Bucket::open(&address).map_err(failure)?))
}

/// The variables of a provider, best first.
#[cfg(feature = "cloud")]
struct Names {
    id: &'static [&'static str],
    secret: &'static [&'static str],
    token: &'static [&'static str],
    region: &'static [&'static str],
    endpoint: &'static [&'static str],
}

#[cfg(feature = "cloud")]
const OSS: Names = Names {
    id: &["OSS_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID"],
    secret: &["OSS_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    token: &["OSS_SESSION_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN"],
    region: &["OSS_REGION", "ALIBABA_CLOUD_REGION_ID"],
    endpoint: &["OSS_S3_ENDPOINT"],
};

#[cfg(feature = "cloud")]
const COS: Names = Names {
    id: &["COS_SECRET_ID", "TENCENTCLOUD_SECRET_ID"],
    secret: &["COS_SECRET_KEY", "TENCENTCLOUD_SECRET_KEY"],
    token: &["COS_SESSION_TOKEN", "TENCENTCLOUD_SESSION_TOKEN"],
    region: &["COS_REGION", "TENCENTCLOUD_REGION"],
    endpoint: &["COS_S3_ENDPOINT"],
};
