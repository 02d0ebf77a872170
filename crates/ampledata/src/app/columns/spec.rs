//! The compact form of a column: `NAME[:TYPE[EXTRAS]][=DESCRIPTION]`.
//!
//! Blanks around the parts are ignored. After the type, in any order: `*` several values · `[UNIT]` convert to this
//! unit · `{A|B|C}` only these values · `(MIN..MAX)` only numbers in this range, either end may be
//! left out · `@FORMAT` a shape of text · `/REGEX/` the whole text must match, `\/` for a slash.
//! Put a name that contains `:` or `=` in double quotes.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use ampledata_core::column::{Column, ColumnType};
use rust_decimal::Decimal;

use super::{Fault, check, column_type, format};

/// A column specification that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecError {
    /// The whole argument.
    pub spec: String,
    /// The range of bytes that the fault is in.
    pub at: Range<usize>,
    /// What is wrong there.
    pub fault: SpecFault,
}

/// What is wrong with a specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecFault {
    /// A bracket or quote without its partner.
    Unclosed(char),
    /// Something that is none of the extras.
    Unexpected(String),
    /// One of the extras twice.
    Twice(&'static str),
    /// A range without `..`.
    NoRange,
    /// The column itself is invalid.
    Column(Fault),
}

impl SpecError {
    /// The stable code, explained under docs/errors.
    pub fn code(&self) -> &'static str {
        match &self.fault {
            SpecFault::Column(fault) => fault.code(),
            _ => "wrong_column",
        }
    }
}

impl fmt::Display for SpecFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclosed(close) => write!(f, "`{close}` is missing"),
            Self::Unexpected(text) => write!(
                f,
                "`{text}` is not understood; after the type may stand `*`, `[UNIT]`, `{{A|B}}`, \
                 `(MIN..MAX)`, `@FORMAT`, `/REGEX/`, then `=DESCRIPTION`"
            ),
            Self::Twice(what) => write!(f, "{what} is given twice"),
            Self::NoRange => f.write_str("a range is written `(MIN..MAX)`, `(MIN..)` or `(..MAX)`"),
            Self::Column(fault) => fault.fmt(f),
        }
    }
}

/// The message, then the argument with the place marked under it.
impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.spec[..self.at.start].chars().count();
        let marked = self.spec[self.at.clone()].chars().count().max(1);
        let shown: String =
            self.spec.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        writeln!(f, "{}", self.fault)?;
        writeln!(f, "  -c '{shown}'")?;
        write!(f, "      {}{}", " ".repeat(before), "^".repeat(marked))
    }
}

impl std::error::Error for SpecError {}

/// Parses a column specification.
///
/// # Errors
/// The first fault, and its place in the argument.
pub fn from_spec(spec: &str) -> Result<Column, SpecError> {
    Reader { spec, at: 0 }.column()
}

struct Reader<'a> {
    spec: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn column(mut self) -> Result<Column, SpecError> {
        let name = self.name()?;
        let named = 0..self.at;
        let mut column = Column::new(name, ColumnType::String);
        if column.name.is_empty() {
            return Err(self.error(named, SpecFault::Column(Fault::NoName)));
        }
        self.skip_blanks();
        if self.take(':') {
            self.skip_blanks();
            let start = self.at;
            let text = self.while_in(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
            column.kind = column_type(text)
                .map_err(|fault| self.error(start..start + text.len(), SpecFault::Column(fault)))?;
            self.extras(&mut column)?;
        }
        let extras_end = self.at;
        if self.take('=') {
            let description = self.rest().trim();
            column.description = (!description.is_empty()).then(|| description.to_owned());
        } else if !self.rest().is_empty() {
            let rest = self.rest().to_owned();
            return Err(self.error(self.at..self.spec.len(), SpecFault::Unexpected(rest)));
        }
        check(&column)
            .map_err(|fault| self.error(named.end..extras_end, SpecFault::Column(fault)))?;
        Ok(column)
    }

    fn skip_blanks(&mut self) {
        self.while_in(char::is_whitespace);
    }

    fn name(&mut self) -> Result<String, SpecError> {
        self.skip_blanks();
        if self.take('"') {
            let name = self.until('"')?;
            return Ok(name.trim().to_owned());
        }
        Ok(self.while_in(|c| !matches!(c, ':' | '=')).trim().to_owned())
    }

    fn extras(&mut self, column: &mut Column) -> Result<(), SpecError> {
        loop {
            self.skip_blanks();
            let start = self.at;
            let (what, twice) = match self.rest().chars().next() {
                Some('*') => ("`*`", std::mem::replace(&mut column.list, true)),
                Some('[') => ("the unit", column.unit.is_some()),
                Some('{') => ("the list of allowed values", !column.allowed.is_empty()),
                Some('(') => ("the range", column.minimum.or(column.maximum).is_some()),
                Some('@') => ("the format", column.format.is_some()),
                Some('/') => ("the pattern", column.pattern.is_some()),
                _ => return Ok(()),
            };
            self.extra(column)?;
            if twice {
                return Err(self.error(start..self.at, SpecFault::Twice(what)));
            }
        }
    }

    fn extra(&mut self, column: &mut Column) -> Result<(), SpecError> {
        let start = self.at;
        let opened = self.rest().chars().next();
        self.at += opened.map_or(0, char::len_utf8);
        match opened {
            Some('[') => {
                let unit = self.until(']')?.trim();
                if unit.is_empty() {
                    return Err(self.error(start..self.at, SpecFault::Unexpected("[]".to_owned())));
                }
                column.unit = Some(unit.to_owned());
            }
            Some('{') => {
                let values = self.until('}')?.split('|').map(|value| value.trim().to_owned());
                column.allowed = values.collect();
            }
            Some('(') => self.range(column, start)?,
            Some('@') => {
                let name = self.while_in(char::is_alphanumeric);
                column.format = Some(
                    format(name)
                        .map_err(|fault| self.error(start..self.at, SpecFault::Column(fault)))?,
                );
            }
            Some('/') => column.pattern = Some(self.pattern(start)?),
            _ => {}
        }
        Ok(())
    }

    fn range(&mut self, column: &mut Column, start: usize) -> Result<(), SpecError> {
        let text = self.until(')')?;
        let Some((low, high)) = text.split_once("..") else {
            return Err(self.error(start..self.at, SpecFault::NoRange));
        };
        let bound = |text: &str| match text.trim() {
            "" => Ok(None),
            text => Decimal::from_str(text).map(Some).map_err(|_| {
                let fault = SpecFault::Column(Fault::NotANumber(text.to_owned()));
                self.error(start..self.at, fault)
            }),
        };
        (column.minimum, column.maximum) = (bound(low)?, bound(high)?);
        if column.minimum.or(column.maximum).is_none() {
            return Err(self.error(start..self.at, SpecFault::NoRange));
        }
        Ok(())
    }

    fn pattern(&mut self, start: usize) -> Result<String, SpecError> {
        let mut pattern = String::new();
        let mut escaped = false;
        for (offset, c) in self.rest().char_indices() {
            match (escaped, c) {
                (false, '/') => {
                    self.at += offset + 1;
                    return Ok(pattern);
                }
                (false, '\\') => escaped = true,
                (true, '/') => {
                    pattern.push('/');
                    escaped = false;
                }
                (true, c) => {
                    pattern.extend(['\\', c]);
                    escaped = false;
                }
                (false, c) => pattern.push(c),
            }
        }
        Err(self.error(start..self.spec.len(), SpecFault::Unclosed('/')))
    }

    fn rest(&self) -> &'a str {
        &self.spec[self.at..]
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn while_in(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// The text up to the closing character, which is consumed too.
    fn until(&mut self, close: char) -> Result<&'a str, SpecError> {
        let rest = self.rest();
        let Some(end) = rest.find(close) else {
            let opened = self.at.saturating_sub(1);
            return Err(self.error(opened..self.spec.len(), SpecFault::Unclosed(close)));
        };
        self.at += end + close.len_utf8();
        Ok(&rest[..end])
    }

    fn error(&self, at: Range<usize>, fault: SpecFault) -> SpecError {
        SpecError { spec: self.spec.to_owned(), at, fault }
    }
}

#[cfg(test)]
mod tests {
    use ampledata_core::column::Format;

    use super::*;

    #[test]
    fn reads_the_short_forms() {
        let plain = from_spec("ceo").unwrap();
        assert_eq!((plain.name.as_str(), plain.kind), ("ceo", ColumnType::String));
        let born = from_spec("born:date=Date of birth").unwrap();
        assert_eq!(born.kind, ColumnType::Date);
        assert_eq!(born.description.as_deref(), Some("Date of birth"));
        let described = from_spec("note=a: b = c").unwrap();
        assert_eq!(described.description.as_deref(), Some("a: b = c"));
        let spaced = from_spec(" height : number [m] (0..3) = Body height").unwrap();
        assert_eq!(spaced, from_spec("height:number[m](0..3)=Body height").unwrap());
        assert_eq!(from_spec("opened: date").unwrap(), from_spec("opened:date").unwrap());
        assert_eq!(from_spec("\"a: b\" : date").unwrap(), from_spec("\"a: b\":date").unwrap());
        let quoted = from_spec("\"price: net\":number").unwrap();
        assert_eq!((quoted.name.as_str(), quoted.kind), ("price: net", ColumnType::Number));
    }

    #[test]
    fn reads_every_extra_in_any_order() {
        let height = from_spec("height:number(0.5..3)[m]=Body height").unwrap();
        assert_eq!(height.unit.as_deref(), Some("m"));
        assert_eq!(height.minimum, Some(Decimal::new(5, 1)));
        assert_eq!(height.maximum, Some(Decimal::new(3, 0)));
        let open = from_spec("n:number(..9)").unwrap();
        assert_eq!((open.minimum, open.maximum), (None, Some(Decimal::new(9, 0))));
        let kind = from_spec("type:string{arch|beam bridge|ropeway}*").unwrap();
        assert_eq!(kind.allowed, ["arch", "beam bridge", "ropeway"]);
        assert!(kind.list);
        assert_eq!(from_spec("site:string@url").unwrap().format, Some(Format::Url));
        let sku = from_spec(r"sku:string/[A-Z]+\/\d=?/=Number").unwrap();
        assert_eq!(sku.pattern.as_deref(), Some(r"[A-Z]+/\d=?"));
        assert_eq!(sku.description.as_deref(), Some("Number"));
    }

    #[test]
    fn errors_mark_the_place() {
        let specs = [
            "",
            ":number",
            "=x",
            "height:nmber[m]=Height",
            "height:number[m",
            "height:number[m][ft]",
            "height:number[]",
            "größe:number!",
            "n:number(1-2)",
            "n:number(a..2)",
            "n:number(3..2)",
            "born:date[m]",
            "n:number{a|b}",
            "t:string{a||b}",
            "t:string{a|A}",
            "t:string@fax",
            "t:string/[/",
            "t:string/abc",
            "\"t:string",
            "t:string**",
        ];
        let shown: Vec<String> = specs
            .iter()
            .map(|spec| format!("{}\n", from_spec(spec).map(|c| c.name).unwrap_err()))
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }
}
