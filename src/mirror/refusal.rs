//! Why a store refused, in words, and what to do about it.

use opendal::{Error, ErrorKind};

/// What messages call the keys; the README has the names of the other providers.
const KEYS: &str = "the keys of the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or the provider's own)";

/// What to do where nothing is to be mended.
const AGAIN: &str = "what is there stays, run the same command again";

/// Why an answer without an `ETag`, which S3 always sends, is none of a store: of a login page or a console, say.
pub(super) const UNCONFIRMED: &str = "what answers there is no store that speaks S3, since it does not confirm what it is \
    sent; check the endpoint";

/// Codes of S3, each with what it means here.
const CODES: [(&str, &str); 8] = [
    ("NoSuchBucket", "there is no such bucket; make it first"),
    ("InvalidBucketName", "no bucket can have that name; check the address"),
    ("ExpiredToken", "the keys have expired; get new ones, with their token in AWS_SESSION_TOKEN"),
    ("RequestTimeTooSkewed", "this machine's clock is wrong by minutes; set it, then run the same command again"),
    ("PermanentRedirect", "the bucket is in another region; set AWS_REGION to it"),
    ("AuthorizationHeaderMalformed", "the bucket is in another region; set AWS_REGION to it"),
    ("SlowDown", "the store wants fewer requests for now; what is there stays, run the same command again later"),
    ("EntityTooLarge", "the store takes no file of that size"),
];

/// Why a store refused.
pub(super) fn reason(error: &Error) -> String {
    let said = error.to_string();
    let is = |code: &str| said.contains(code);
    if let Some((_, meaning)) = CODES.iter().find(|(code, _)| is(code)) {
        return (*meaning).to_owned();
    }
    match error.kind() {
        _ if is("InvalidAccessKeyId") || is("SignatureDoesNotMatch") => {
            format!("the store refuses the keys; check {KEYS} and the region")
        }
        ErrorKind::PermissionDenied => {
            format!("the store refuses access; check {KEYS}, and that they may list and write this bucket")
        }
        _ if is("failed to load signing credential") => format!("there are no keys for it; set {KEYS}"),
        _ if is("error sending request") => format!("the store does not answer; {AGAIN}"),
        kind => format!("{}; {AGAIN}", first_sentence(kind, &said)),
    }
}

/// Whether a store does not know `If-None-Match`: it says that it is not implemented, or calls it a wrong argument.
pub(super) fn is_about_the_condition(error: &Error) -> bool {
    let said = error.to_string();
    ["NotImplemented", "status: 501", "InvalidArgument", "InvalidRequest"].iter().any(|code| said.contains(code))
}

/// What the library says, without the request and the answer it goes on with.
fn first_sentence(kind: ErrorKind, said: &str) -> String {
    let between = |begin: &str, end: &str| said.split_once(begin)?.1.split_once(end).map(|(words, _)| words.trim());
    let code = between("<Code>", "</Code>").or_else(|| between("code: \"", "\""));
    let message = between("<Message>", "</Message>").or_else(|| between("message: \"", "\""));
    let words = [code, message].into_iter().flatten().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(": ");
    if words.is_empty() {
        format!("the store answered with an error ({kind})")
    } else {
        format!("the store says \"{words}\"")
    }
}
