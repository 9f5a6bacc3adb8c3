//! The file of vCards to import, with a broken card put into its middle.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::card::Card;
use super::vcard::{Block, blocks};

/// Our own sample: people who do not exist.
const SAMPLE: &str = include_str!("../../samples/cards.vcf");

/// A card that nobody can read; its fourth line is at fault.
const BROKEN: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:broken\r\nthis line is no property\r\nEND:VCARD\r\n";
/// Which line of [`BROKEN`] is at fault, from 0.
const FAULT: usize = 3;

/// What is imported.
#[derive(Debug)]
pub(super) struct File {
    /// What it is called to the person at the terminal.
    pub(super) name: String,
    /// The text, broken card included.
    pub(super) text: String,
    /// The line at fault, from 1.
    pub(super) fault: usize,
    /// Every card but the broken one.
    blocks: Vec<Block>,
}

/// A card that the API reported as broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line, from 1.
    pub(super) line: usize,
    /// What is wrong, in the API's words.
    pub(super) detail: String,
}

impl File {
    /// Reads the file, or takes the sample.
    ///
    /// # Errors
    /// It cannot be read, is not text, or has no card in it.
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Self::of("the sample".to_owned(), SAMPLE) };
        let name = path.display().to_string();
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
        let text = String::from_utf8(bytes)
            .ok()
            .with_context(|| format!("{name} is not UTF-8, in which the demonstration compares"))?;
        Self::of(name, &text)
    }

    fn of(name: String, text: &str) -> Result<Self> {
        let found = blocks(text);
        ensure!(!found.is_empty(), "{name} has no vCard in it (no BEGIN:VCARD … END:VCARD)");
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        // After a card, so that the cards behind it show that one fault does not stop the rest.
        let before = found[(found.len() - 1) / 2].last_line;
        let (head, tail) = lines.split_at(before);
        let mut joined = head.concat();
        if !joined.ends_with('\n') {
            joined.push_str("\r\n");
        }
        joined.push_str(BROKEN);
        joined.push_str(&tail.concat());
        let fault = before + FAULT + 1;
        let sound = |block: &Block| !(block.first_line..=block.last_line).contains(&fault);
        let blocks = blocks(&joined).into_iter().filter(sound).collect();
        Ok(Self { name, text: joined, fault, blocks })
    }

    /// The cards that must have gone in when the API reported these faults. Of cards with a fault none has.
    pub(super) fn cards(&self, faults: &[Fault]) -> Vec<Card> {
        let has_fault = |block: &Block| {
            faults.iter().any(|fault| (block.first_line..=block.last_line).contains(&fault.line))
        };
        self.blocks.iter().filter(|block| !has_fault(block)).map(Card::of).collect()
    }

    /// A fault for the person at the terminal, with the line of their own file.
    pub(super) fn told(&self, Fault { line, detail }: &Fault) -> String {
        let (first, lines) = (self.fault - FAULT, BROKEN.lines().count());
        match *line {
            line if line < first => format!("{}, line {line}: {detail}", self.name),
            line if line < first + lines => {
                format!(
                    "the broken card put in after line {} of {}, line {line}: {detail}",
                    first - 1,
                    self.name
                )
            }
            line => format!("{}, line {}: {detail}", self.name, line - lines),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_broken_card_stands_between_sound_ones() {
        let card = |id: u32| format!("BEGIN:VCARD\nVERSION:3.0\nUID:{id}\nFN:x\nEND:VCARD\n");
        for (file, fault, cards) in [
            (card(1), 9, 1),
            (card(1).trim_end().to_owned(), 9, 1),
            ((1..4).map(card).collect(), 14, 3),
            (format!("{}junk\n{}", card(1), card(2)), 9, 2),
        ] {
            let found = File::of("x".to_owned(), &file).expect("read");
            assert_eq!(found.fault, fault, "{}", found.text);
            assert_eq!(found.text.lines().nth(fault - 1), Some("this line is no property"));
            assert_eq!(found.cards(&[]).len(), cards);
            let first = Fault { line: 2, detail: String::new() };
            assert_eq!(found.cards(&[first]).len(), cards - 1);
            let told = |line| found.told(&Fault { line, detail: "odd".to_owned() });
            assert_eq!(told(2), "x, line 2: odd");
            assert!(
                told(fault).contains(&format!("after line {} of x, line {fault}", fault - 4)),
                "{}",
                told(fault)
            );
            assert_eq!(told(fault + 3), format!("x, line {}: odd", fault - 2));
        }
    }

    #[test]
    fn the_sample_is_sound_but_for_the_broken_card() {
        let file = File::open(None).expect("the sample");
        assert_eq!(file.cards(&[]).len(), SAMPLE.matches("BEGIN:VCARD").count());
        assert!(file.cards(&[]).len() >= 10);
    }

    #[test]
    fn what_is_no_file_of_vcards_is_refused_by_name() {
        let said = |path: &Path| format!("{:#}", File::open(Some(path)).expect_err("refused"));
        assert!(said(Path::new("/nowhere/cards.vcf")).contains("cannot read /nowhere/cards.vcf"));
        let folder = std::env::temp_dir().join(format!("xtask-demo-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        for (bytes, words) in
            [(&b""[..], "no vCard"), (b"\x81\x40", "not UTF-8"), (b"BEGIN:VCARD\n", "no vCard")]
        {
            let path = folder.join("cards.vcf");
            std::fs::write(&path, bytes).expect("written");
            assert!(said(&path).contains(words) && said(&path).contains("cards.vcf"), "{}", said(&path));
        }
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
