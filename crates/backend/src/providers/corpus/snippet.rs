//! Snippets: the part of a text where most of the query stands.

/// Length of a snippet, in words.
const WORDS: usize = 40;
/// The longest snippet, in bytes.
const MAX: usize = 400;

/// The run of words that holds the most terms, as it stands in the text.
pub(super) fn around<'a>(text: &'a str, terms: &[String]) -> String {
    let words: Vec<(usize, &'a str)> = words(text);
    let wanted: Vec<Option<usize>> = words
        .iter()
        .map(|(_, word)| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            terms.iter().position(|term| *term == word)
        })
        .collect();
    let start = densest(&wanted, terms.len());
    let Some((first, _)) = words.get(start) else { return String::new() };
    let (last, word) = words[(start + WORDS).min(words.len()) - 1];
    let mut end = last + word.len();
    if end - first > MAX {
        end = (0..=first + MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(end);
    }
    text[*first..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<(usize, &str)> {
    text.split_whitespace()
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect()
}

/// Where the window begins that holds most different terms; of equal ones the first.
fn densest(wanted: &[Option<usize>], terms: usize) -> usize {
    let mut counts = vec![0_u32; terms];
    let (mut distinct, mut best, mut best_at) = (0_usize, 0_usize, 0_usize);
    for (at, term) in wanted.iter().enumerate() {
        if let Some(term) = *term {
            counts[term] += 1;
            distinct += usize::from(counts[term] == 1);
        }
        if let Some(term) = at.checked_sub(WORDS).and_then(|left| wanted[left]) {
            counts[term] -= 1;
            distinct -= usize::from(counts[term] == 0);
        }
        if distinct > best {
            best = distinct;
            // A few words before the last find, so that it stands in its sentence.
            best_at = (at + 1).saturating_sub(WORDS);
        }
    }
    best_at
}

#[cfg(test)]
mod tests {
    use super::around;

    fn terms(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn shows_where_the_terms_stand() {
        let text =
            format!("{} The main span\nmeasures 1,280 m. {}", "x ".repeat(300), "y ".repeat(300));
        let snippet = around(&text, &terms(&["main", "span"]));
        assert!(snippet.contains("The main span"), "{snippet}");
        assert!(snippet.len() <= super::MAX);
    }

    #[test]
    fn a_text_without_the_terms_gives_its_beginning() {
        assert_eq!(around("One two three.", &terms(&["none"])), "One two three.");
        assert_eq!(around("", &terms(&["none"])), "");
    }

    #[test]
    fn an_endless_word_is_cut_at_a_character() {
        assert!(around(&"é".repeat(10_000), &[]).len() <= super::MAX);
    }
}
