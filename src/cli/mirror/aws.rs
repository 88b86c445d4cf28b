//! What the configuration file of the AWS tools says and the library that signs does not read: region and endpoint.

use std::path::PathBuf;

/// A setting of the profile in use: `AWS_CONFIG_FILE` or `~/.aws/config`, of `AWS_PROFILE` or the default one.
pub(super) fn setting(name: &str) -> Option<String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let usual = || std::env::home_dir().map(|home| home.join(".aws/config"));
    let path = variable("AWS_CONFIG_FILE").map(PathBuf::from).or_else(usual)?;
    // A file that is not there or can't be read sets nothing; a region is asked for where one is needed.
    let text = std::fs::read_to_string(path).ok()?;
    setting_of(&text, variable("AWS_PROFILE").as_deref().unwrap_or("default"), name)
}

/// What a configuration sets for a profile.
fn setting_of(text: &str, profile: &str, setting: &str) -> Option<String> {
    let mut is_ours = false;
    for line in text.lines() {
        if let Some(section) = line.trim().strip_prefix('[').and_then(|line| line.split_once(']')) {
            let name = section.0.trim();
            is_ours = name == "default" && profile == "default"
                || name.strip_prefix("profile ").is_some_and(|name| name.trim() == profile);
        } else if let Some((key, value)) = line.split_once('=')
            && is_ours
            // Indented lines belong to a nested setting.
            && key.trim_end() == setting
        {
            return Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::setting_of;

    #[test]
    fn region_is_that_of_the_profile() {
        let text = "[default]\nregion = us-east-1\ns3 =\n  region = no\n[profile weekly]\noutput=json\n\
            region=eu-central-1\nendpoint_url = http://a:1\n";
        assert_eq!(setting_of(text, "default", "region").as_deref(), Some("us-east-1"));
        assert_eq!(setting_of(text, "weekly", "region").as_deref(), Some("eu-central-1"));
        assert_eq!(setting_of(text, "weekly", "endpoint_url").as_deref(), Some("http://a:1"));
        assert_eq!(setting_of(text, "other", "region"), None);
        assert_eq!(setting_of("[default]\n  region = nested\n", "default", "region"), None);
    }
}
