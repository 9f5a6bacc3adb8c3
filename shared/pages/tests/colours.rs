//! Text stays readable: WCAG 2 contrast of the stylesheet's own colours, light and dark.

use std::collections::HashMap;

const CSS: &str = include_str!("../assets/setten.css");

/// The custom properties of a block that are colours.
fn colours(block: &str) -> HashMap<&str, [f64; 3]> {
    let lines = block.lines().filter_map(|line| line.trim().strip_suffix(';')?.split_once(": #"));
    let channel =
        |hex: &str, at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")) / 255.0;
    lines.map(|(name, hex)| (name, [channel(hex, 0), channel(hex, 2), channel(hex, 4)])).collect()
}

fn luminance(colour: [f64; 3]) -> f64 {
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_has_at_least_4_5_to_1_and_edges_3_to_1() {
    let block = |start: &str| CSS.split_once(start).expect("a block").1.split_once('}').expect("an end").0;
    let light = colours(block(":root {"));
    let dark = colours(block("@media (prefers-color-scheme: dark) {\n  :root {"));
    let pairs = [
        ("--ink", "--ground", 4.5),
        ("--ink", "--surface", 4.5),
        ("--ink", "--sunken", 4.5),
        ("--ink-soft", "--ground", 4.5),
        ("--ink-soft", "--surface", 4.5),
        ("--ink-soft", "--sunken", 4.5),
        ("--accent", "--surface", 4.5),
        ("--on-accent", "--accent", 4.5),
        ("--on-accent", "--accent-strong", 4.5),
        ("--good", "--good-wash", 4.5),
        ("--bad", "--bad-wash", 4.5),
        ("--wait", "--wait-wash", 4.5),
        ("--accent", "--sunken", 4.5),
        ("--accent-strong", "--free", 4.5),
        ("--accent-strong", "--surface", 4.5),
        // The button of what cannot be undone.
        ("--bad-wash", "--bad", 4.5),
        ("--bad", "--surface", 4.5),
        ("--line-strong", "--surface", 3.0),
    ];
    for (scheme, palette) in [("light", &light), ("dark", &dark)] {
        for (front, back, least) in pairs {
            let found = contrast(palette[front], palette[back]);
            assert!(found >= least, "{scheme}: {front} on {back} is {found:.2}");
        }
    }
}
