//! The region that the configuration file of the AWS tools names, which the library that signs does not read.

use std::path::PathBuf;

/// The region of the profile in use: `AWS_CONFIG_FILE` or `~/.aws/config`, of `AWS_PROFILE` or the default one.
pub(super) fn region() -> Option<String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let usual = || std::env::home_dir().map(|home| home.join(".aws/config"));
    let path = variable("AWS_CONFIG_FILE").map(PathBuf::from).or_else(usual)?;
    // A file that is not there or can't be read names no region, which is told where one is needed.
    let text = std::fs::read_to_string(path).ok()?;
    region_of(&text, variable("AWS_PROFILE").as_deref().unwrap_or("default"))
}

/// The region that a configuration names for a profile.
fn region_of(text: &str, profile: &str) -> Option<String> {
    let mut is_ours = false;
    for line in text.lines() {
        if let Some(section) = line.trim().strip_prefix('[').and_then(|line| line.split_once(']')) {
            let name = section.0.trim();
            is_ours = name == "default" && profile == "default"
                || name.strip_prefix("profile ").is_some_and(|name| name.trim() == profile);
        } else if let Some((key, value)) = line.split_once('=')
            && is_ours
            // Indented lines belong to a nested setting.
            && key.trim_end() == "region"
        {
            return Some(value.trim().to_owned()).filter(|region| !region.is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::region_of;

    #[test]
    fn region_is_that_of_the_profile() {
        let text =
            "[default]\nregion = us-east-1\ns3 =\n  region = no\n[profile weekly]\noutput=json\nregion=eu-central-1\n";
        assert_eq!(region_of(text, "default").as_deref(), Some("us-east-1"));
        assert_eq!(region_of(text, "weekly").as_deref(), Some("eu-central-1"));
        assert_eq!(region_of(text, "other"), None);
        assert_eq!(region_of("[default]\n  region = nested\n", "default"), None);
    }
}
