//! `$filter`: the part of OData's language that Outlook and the directory understand, evaluated on JSON.

use serde_json::Value;

use super::error::GraphError;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Compare(Operand, Operator, Value),
    /// `startswith(path,'text')` and its kin.
    Call(Function, Operand, String),
    /// `path/any(x:condition)`.
    Any(String, Box<Filter>),
}

/// A path below the entity, or below the variable of `any`; the variable's name is dropped.
pub(super) type Operand = Vec<String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    StartsWith,
    EndsWith,
    Contains,
}

impl Filter {
    /// Reads a condition.
    pub(super) fn parse(text: &str) -> Result<Self, GraphError> {
        let mut parser = Parser { tokens: tokens(text)?, next: 0 };
        let filter = parser.or(None)?;
        if parser.next < parser.tokens.len() { Err(GraphError::filter()) } else { Ok(filter) }
    }

    /// Whether `entity` meets it. Texts are compared without case, as Exchange and Entra do.
    pub(super) fn matches(&self, entity: &Value) -> bool {
        match self {
            Self::And(a, b) => a.matches(entity) && b.matches(entity),
            Self::Or(a, b) => a.matches(entity) || b.matches(entity),
            Self::Not(a) => !a.matches(entity),
            Self::Compare(path, operator, value) => compare(at(entity, path), *operator, value),
            Self::Call(function, path, text) => {
                let found = at(entity, path).as_str().unwrap_or_default().to_lowercase();
                let text = text.to_lowercase();
                match function {
                    Function::StartsWith => found.starts_with(&text),
                    Function::EndsWith => found.ends_with(&text),
                    Function::Contains => found.contains(&text),
                }
            }
            Self::Any(path, condition) => {
                let items = entity.get(path).and_then(Value::as_array);
                items.is_some_and(|items| items.iter().any(|item| condition.matches(item)))
            }
        }
    }

    /// Every node of the condition, for what a resource does not support.
    pub(super) fn any_node(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        test(self)
            || match self {
                Self::And(a, b) | Self::Or(a, b) => a.any_node(test) || b.any_node(test),
                Self::Not(a) | Self::Any(_, a) => a.any_node(test),
                Self::Compare(..) | Self::Call(..) => false,
            }
    }
}

fn at<'a>(entity: &'a Value, path: &[String]) -> &'a Value {
    path.iter().fold(entity, |value, name| value.get(name).unwrap_or(&Value::Null))
}

fn compare(found: &Value, operator: Operator, wanted: &Value) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let ordering = match (found, wanted) {
        (Value::String(a), Value::String(b)) => Some(a.to_lowercase().cmp(&b.to_lowercase())),
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()),
        (a, b) if a == b => Some(Equal),
        _ => None,
    };
    match operator {
        Operator::Eq => ordering == Some(Equal),
        Operator::Ne => ordering != Some(Equal),
        Operator::Gt => ordering == Some(Greater),
        Operator::Ge => matches!(ordering, Some(Greater | Equal)),
        Operator::Lt => ordering == Some(Less),
        Operator::Le => matches!(ordering, Some(Less | Equal)),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Literal(Value),
    Mark(char),
}

fn tokens(text: &str) -> Result<Vec<Token>, GraphError> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            ' ' => drop(chars.next()),
            '(' | ')' | ',' => tokens.extend(chars.next().map(Token::Mark)),
            '\'' => {
                chars.next();
                tokens.push(Token::Literal(Value::String(quoted(&mut chars)?)));
            }
            _ => {
                let mut word = String::new();
                // A lambda's colon ends its variable; the colons of a date do not.
                while let Some(&c) = chars.peek()
                    && !" (),'".contains(c)
                {
                    word.push(c);
                    chars.next();
                    if c == ':' && word.chars().all(|c| c.is_ascii_alphabetic() || c == ':') {
                        break;
                    }
                }
                tokens.push(word_token(word));
            }
        }
    }
    Ok(tokens)
}

fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, GraphError> {
    let mut text = String::new();
    loop {
        match chars.next() {
            Some('\'') if chars.peek() == Some(&'\'') => text.extend(chars.next()),
            Some('\'') => return Ok(text),
            Some(c) => text.push(c),
            None => return Err(GraphError::filter()),
        }
    }
}

fn word_token(word: String) -> Token {
    if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        // Numbers, and dates as the texts that they are in JSON.
        return Token::Literal(serde_json::from_str(&word).unwrap_or(Value::String(word)));
    }
    match word.as_str() {
        "true" => Token::Literal(Value::Bool(true)),
        "false" => Token::Literal(Value::Bool(false)),
        "null" => Token::Literal(Value::Null),
        _ => Token::Word(word),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
}

impl Parser {
    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.next).cloned();
        self.next += 1;
        token
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found =
            matches!(self.tokens.get(self.next), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, mark: char) -> Result<(), GraphError> {
        if self.take() == Some(Token::Mark(mark)) { Ok(()) } else { Err(GraphError::filter()) }
    }

    fn or(&mut self, variable: Option<&str>) -> Result<Filter, GraphError> {
        let mut left = self.and(variable)?;
        while self.take_word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and(variable)?));
        }
        Ok(left)
    }

    fn and(&mut self, variable: Option<&str>) -> Result<Filter, GraphError> {
        let mut left = self.one(variable)?;
        while self.take_word("and") {
            left = Filter::And(Box::new(left), Box::new(self.one(variable)?));
        }
        Ok(left)
    }

    fn one(&mut self, variable: Option<&str>) -> Result<Filter, GraphError> {
        if self.take_word("not") {
            return Ok(Filter::Not(Box::new(self.one(variable)?)));
        }
        match self.take() {
            Some(Token::Mark('(')) => {
                let inner = self.or(variable)?;
                self.expect(')')?;
                Ok(inner)
            }
            Some(Token::Word(word)) if self.tokens.get(self.next) == Some(&Token::Mark('(')) => {
                self.next += 1;
                let filter = match word.strip_suffix("/any") {
                    Some(path) => self.any(path)?,
                    None => self.call(&word, variable)?,
                };
                self.expect(')')?;
                Ok(filter)
            }
            Some(Token::Word(word)) => self.comparison(&word, variable),
            _ => Err(GraphError::filter()),
        }
    }

    fn any(&mut self, path: &str) -> Result<Filter, GraphError> {
        let Some(Token::Word(variable)) = self.take() else { return Err(GraphError::filter()) };
        let variable = variable.strip_suffix(':').ok_or_else(GraphError::filter)?;
        Ok(Filter::Any(path.to_owned(), Box::new(self.or(Some(variable))?)))
    }

    fn call(&mut self, name: &str, variable: Option<&str>) -> Result<Filter, GraphError> {
        let function = match name.to_ascii_lowercase().as_str() {
            "startswith" => Function::StartsWith,
            "endswith" => Function::EndsWith,
            "contains" => Function::Contains,
            _ => return Err(GraphError::filter()),
        };
        let Some(Token::Word(path)) = self.take() else { return Err(GraphError::filter()) };
        self.expect(',')?;
        match self.take() {
            Some(Token::Literal(Value::String(text))) => {
                Ok(Filter::Call(function, operand(&path, variable), text))
            }
            _ => Err(GraphError::filter()),
        }
    }

    fn comparison(&mut self, path: &str, variable: Option<&str>) -> Result<Filter, GraphError> {
        let Some(Token::Word(operator)) = self.take() else { return Err(GraphError::filter()) };
        let operator = match operator.to_ascii_lowercase().as_str() {
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "gt" => Operator::Gt,
            "ge" => Operator::Ge,
            "lt" => Operator::Lt,
            "le" => Operator::Le,
            _ => return Err(GraphError::filter()),
        };
        match self.take() {
            Some(Token::Literal(value)) => Ok(Filter::Compare(operand(path, variable), operator, value)),
            _ => Err(GraphError::filter()),
        }
    }
}

fn operand(path: &str, variable: Option<&str>) -> Operand {
    let mut parts: Vec<String> = path.split('/').map(str::to_owned).collect();
    if variable.is_some_and(|variable| parts[0] == variable) {
        parts.remove(0);
    }
    parts
}
