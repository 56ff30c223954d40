//! Amounts of money in cents, exact.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;

/// An amount of money in cents, exactly as the number in JSON says it: fractions of a cent are kept.
///
/// It has up to 18 decimals and at most as many digits as an `i64`. In JSON it is a number; a number beyond that range
/// reads as `None` where a field is an `Option`.
///
/// ```
/// use propexo::Cents;
///
/// let rent = Cents::from(145_000);
/// let fee: Cents = serde_json::from_str("1.05e3").unwrap();
/// assert_eq!(fee, Cents::from(1_050));
/// assert_eq!(format!("{rent} and {fee}"), "$1,450.00 and $10.50");
/// assert_eq!([rent, fee].into_iter().sum::<Option<Cents>>(), Some(Cents::from(146_050)));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Cents {
    /// The digits. The last one is not 0 if there are decimals, so that equal amounts have equal fields.
    coefficient: i64,
    /// The number of decimals.
    scale: u8,
}

/// The highest number of decimals: 10 to this power is an `i64`.
const MAX_SCALE: u32 = 18;

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self { coefficient: 0, scale: 0 };

    /// Creates an amount from its digits and the number of decimals among them: `(10_505, 1)` is 1050.5 cents. `None` if
    /// there are more than 18 decimals without a trailing zero.
    #[must_use]
    pub fn with_decimals(digits: i64, decimals: u8) -> Option<Self> {
        Self::normal(digits.into(), decimals.into())
    }

    /// Returns the amount in whole cents, or `None` if it has a fraction of a cent.
    #[must_use]
    pub const fn whole(self) -> Option<i64> {
        if self.scale == 0 { Some(self.coefficient) } else { None }
    }

    /// Returns the sum, or `None` beyond the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Self::normal(self.at_scale(scale).checked_add(other.at_scale(scale))?, scale.into())
    }

    /// Returns the difference, or `None` beyond the range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Self::normal(self.at_scale(scale).checked_sub(other.at_scale(scale))?, scale.into())
    }

    /// Reads a number as JSON writes it. `None` beyond the range, or if it is not a number.
    pub(crate) fn parse(number: &str) -> Option<Self> {
        // Almost all amounts are integers, which need no arithmetic.
        if let Ok(whole) = number.parse::<i64>() {
            return Some(whole.into());
        }
        let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        // An exponent beyond `i64` matters for zero only.
        let exponent: i64 = exponent.parse().unwrap_or(if exponent.starts_with('-') { -1000 } else { 1000 });
        let (digits, is_negative) = digits.strip_prefix('-').map_or((digits, false), |rest| (rest, true));
        let mut coefficient: i128 = 0;
        // The zeros since the last other digit, and the decimals.
        let (mut zeros, mut decimals) = (0_u32, None);
        for byte in digits.bytes() {
            match byte {
                b'.' if decimals.is_none() => decimals = Some(0_i64),
                b'0'..=b'9' => {
                    if let Some(decimals) = &mut decimals {
                        *decimals += 1;
                    }
                    zeros += 1;
                    if byte != b'0' {
                        coefficient = scaled(coefficient, zeros)? + i128::from(byte - b'0');
                        zeros = 0;
                    }
                }
                _ => return None,
            }
        }
        if coefficient == 0 {
            return Some(Self::ZERO);
        }
        let power = exponent.checked_add(zeros.into())?.checked_sub(decimals.unwrap_or_default())?;
        let power = i32::try_from(power).ok()?;
        let coefficient = scaled(coefficient, power.max(0).unsigned_abs())?;
        Self::normal(if is_negative { -coefficient } else { coefficient }, power.min(0).unsigned_abs())
    }

    /// Returns the nearest float, for comparisons with constraints.
    #[expect(clippy::cast_precision_loss)]
    pub(crate) fn to_f64(self) -> f64 {
        self.coefficient as f64 / 10_f64.powi(self.scale.into())
    }

    /// Returns the number in JSON.
    pub(crate) fn number(self) -> String {
        let (whole, decimals) = self.parts();
        let sign = if self.coefficient < 0 { "-" } else { "" };
        format!("{sign}{whole}{decimals}")
    }

    /// Returns the number of significant digits.
    pub(crate) const fn digits(self) -> u32 {
        match self.coefficient.unsigned_abs().checked_ilog10() {
            Some(power) => power + 1,
            None => 0,
        }
    }

    /// Removes trailing zeros of the decimals; `None` beyond the range.
    fn normal(mut coefficient: i128, mut scale: u32) -> Option<Self> {
        while scale > 0 && coefficient % 10 == 0 {
            coefficient /= 10;
            scale = if coefficient == 0 { 0 } else { scale - 1 };
        }
        let scale = u8::try_from(scale).ok().filter(|scale| u32::from(*scale) <= MAX_SCALE)?;
        Some(Self { coefficient: i64::try_from(coefficient).ok()?, scale })
    }

    /// Returns the digits with more decimals. The product of an `i64` and 10^18 is an `i128`.
    fn at_scale(self, scale: u8) -> i128 {
        i128::from(self.coefficient) * 10_i128.pow((scale - self.scale).into())
    }

    /// Returns the whole cents without their sign, and the decimals with their point.
    fn parts(self) -> (u64, String) {
        let unit = 10_u64.pow(self.scale.into());
        let digits = self.coefficient.unsigned_abs();
        let decimals = match self.scale {
            0 => String::new(),
            scale => format!(".{:0width$}", digits % unit, width = usize::from(scale)),
        };
        (digits / unit, decimals)
    }
}

/// Multiplies by a power of 10; `None` where the result is no `i64` in any case.
fn scaled(number: i128, zeros: u32) -> Option<i128> {
    if number == 0 {
        return Some(0);
    }
    let product = number.checked_mul(10_i128.checked_pow(zeros)?)?;
    (product <= i128::from(u64::MAX)).then_some(product)
}

impl From<i64> for Cents {
    fn from(cents: i64) -> Self {
        Self { coefficient: cents, scale: 0 }
    }
}

impl Ord for Cents {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at_scale(scale).cmp(&other.at_scale(scale))
    }
}

impl PartialOrd for Cents {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The sum; `None` if it, or the sum of the first amounts, is beyond the range.
impl Sum<Cents> for Option<Cents> {
    fn sum<I: Iterator<Item = Cents>>(mut amounts: I) -> Self {
        amounts.try_fold(Cents::ZERO, Cents::checked_add)
    }
}

/// The sum; `None` if it, or the sum of the first amounts, is beyond the range.
impl<'a> Sum<&'a Cents> for Option<Cents> {
    fn sum<I: Iterator<Item = &'a Cents>>(amounts: I) -> Self {
        amounts.copied().sum()
    }
}

impl fmt::Debug for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cents({})", self.number())
    }
}

impl fmt::Display for Cents {
    /// Writes dollars: `$1,234.56`. Fractions of a cent follow as more decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cents, decimals) = self.parts();
        let dollars = (cents / 100).to_string();
        let mut text = String::from(if self.coefficient < 0 { "-$" } else { "$" });
        for (index, digit) in dollars.chars().enumerate() {
            if index > 0 && (dollars.len() - index) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        text.push_str(&format!(".{:02}{}", cents % 100, decimals.trim_start_matches('.')));
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(number: &str) -> Cents {
        serde_json::from_str(number).unwrap()
    }

    /// Writes a number in one of the ways that JSON permits: `digits` with the point `decimals` digits from the right,
    /// then `zeros` more zeros, and the exponent that corrects both.
    fn spelling(number: i64, decimals: usize, zeros: usize, shift: i32) -> String {
        let sign = if number < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", number.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let zeros = "0".repeat(zeros);
        let fraction = format!("{fraction}{zeros}");
        let point = if fraction.is_empty() { "" } else { "." };
        let exponent = if shift == 0 { String::new() } else { format!("e{shift:+}") };
        format!("{sign}{whole}{point}{fraction}{exponent}")
    }

    proptest! {
        /// A number that is `digits * 10^-scale`, in every spelling.
        #[test]
        fn reads_and_writes_every_spelling_as_an_equal_number(
            digits in any::<i64>(),
            scale in 0_u8..=18,
            decimals in 0_usize..25,
            zeros in 0_usize..5,
        ) {
            let shift = i32::try_from(decimals).unwrap() - i32::from(scale);
            let json = spelling(digits, decimals, zeros, shift);
            let expected = Cents::with_decimals(digits, scale).unwrap();
            prop_assert_eq!(of(&json), expected, "{}", json);
            let written = serde_json::to_string(&expected).unwrap();
            prop_assert_eq!(of(&written), expected, "{}", written);
        }

        /// The shortest texts of a float with 16 digits are several.
        #[test]
        fn writes_all_digits(digits in 1_000_000_000_000_000_i64..10_000_000_000_000_000, scale in 0_u8..=18) {
            let amount = Cents::with_decimals(digits, scale).unwrap();
            prop_assert_eq!(of(&serde_json::to_string(&amount).unwrap()), amount);
        }

        #[test]
        fn orders_and_adds_as_numbers(a in any::<i32>(), b in any::<i32>(), x in 0_u8..4, y in 0_u8..4) {
            let unit = |scale: u8| 10_i128.pow(3 - u32::from(scale));
            let (one, other) = (i128::from(a) * unit(x), i128::from(b) * unit(y));
            let (cents, others) =
                (Cents::with_decimals(a.into(), x).unwrap(), Cents::with_decimals(b.into(), y).unwrap());
            prop_assert_eq!(cents.cmp(&others), one.cmp(&other));
            prop_assert_eq!(cents == others, one == other);
            prop_assert_eq!(cents.checked_add(others).unwrap().at_scale(3), one + other);
            prop_assert_eq!(cents.checked_sub(others).unwrap().at_scale(3), one - other);
        }

        #[test]
        fn never_panics_on_a_number(json in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,30})?") {
            let read: Option<Cents> = serde_json::from_str::<Row>(&format!("{{\"amount\":{json}}}")).unwrap().amount;
            if let Some(read) = read {
                prop_assert!((read.to_f64() - json.parse::<f64>().unwrap()).abs() <= read.to_f64().abs() * 1e-12);
            }
        }
    }

    #[derive(PartialEq)]
    struct Row {
        amount: Option<Cents>,
        name: Option<String>,
    }
    crate::runtime::record!(Row { "amount" => amount: Optional, "name" => name: Optional });

    #[test]
    fn number_beyond_the_range_costs_only_its_field() {
        for number in [
            "1e19",
            "9223372036854775808",
            "1e-19",
            "0.1234567890123456789",
            "-1e400",
            "1e99999999999999999999",
        ] {
            let row: Row = serde_json::from_str(&format!(r#"{{"amount":{number},"name":"Ada"}}"#)).unwrap();
            assert_eq!(row, Row { amount: None, name: Some("Ada".to_owned()) }, "{number}");
            assert!(serde_json::from_str::<Cents>(number).is_err(), "{number}");
        }
        for zero in ["0e99999999999999999999", "-0.0", "0e-400"] {
            assert_eq!(of(zero), Cents::ZERO, "{zero}");
        }
        assert_eq!(of("-9223372036854775808").whole(), Some(i64::MIN));
    }

    #[test]
    fn reads_null_as_nothing_and_rejects_other_types() {
        let row: Row = serde_json::from_str(r#"{"amount":null}"#).unwrap();
        assert_eq!(row.amount, None);
        for other in [r#""1050""#, "true", "[]", "{}", r#"{"a":1}"#] {
            let error = serde_json::from_str::<Row>(&format!(r#"{{"amount":{other}}}"#)).unwrap_err();
            assert!(error.to_string().contains("expected a number of cents"), "{error}");
        }
    }

    #[test]
    fn reads_values_of_any_format() {
        for json in ["1050", "-3", "1050.5", "18446744073709551615"] {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::from_value::<Cents>(value.clone()).ok(), Cents::parse(json), "{json}");
            // A format that knows nothing of raw values.
            let read: Result<Cents, _> = crate::runtime::record::read(serde::de::value::F64Deserializer::<
                serde::de::value::Error,
            >::new(
                value.as_f64().unwrap()
            ));
            assert_eq!(read.ok(), Cents::parse(&value.as_f64().unwrap().to_string()), "{json}");
        }
    }

    #[test]
    fn writes_whole_cents_as_integer_and_keeps_long_fractions() {
        for (json, written) in [
            ("1050.0", "1050"),
            ("1.05e3", "1050"),
            ("1050.50", "1050.5"),
            ("12345678901.23456789", "12345678901.23456789"),
        ] {
            assert_eq!(serde_json::to_string(&of(json)).unwrap(), written);
        }
    }

    #[test]
    fn shows_dollars() {
        for (json, shown) in [
            ("0", "$0.00"),
            ("5", "$0.05"),
            ("-1050", "-$10.50"),
            ("123456", "$1,234.56"),
            ("100000000", "$1,000,000.00"),
            ("1050.5", "$10.505"),
            ("0.001", "$0.00001"),
            ("-9223372036854775808", "-$92,233,720,368,547,758.08"),
        ] {
            assert_eq!(of(json).to_string(), shown);
        }
        assert_eq!(format!("{:?}", of("-0.5")), "Cents(-0.5)");
        assert_eq!(format!("{:>9}", of("5")), "    $0.05");
    }

    #[test]
    fn sum_beyond_the_range_is_none() {
        let [most, one] = [Cents::from(i64::MAX), Cents::from(1)];
        assert_eq!([most, one].iter().sum::<Option<Cents>>(), None);
        assert_eq!([most, of("0.1")].into_iter().sum::<Option<Cents>>(), None);
        assert_eq!(Vec::new().iter().sum::<Option<Cents>>(), Some(Cents::ZERO));
    }
}
