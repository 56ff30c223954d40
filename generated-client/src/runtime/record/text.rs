//! Types that are strings in JSON: open enums, ids, dates, secrets.

use serde_json::Value;

use super::{MaybeText, Node, Slot, Text, View, serde};
use crate::runtime::value::Upload;
use crate::{Date, DateOrDateTime, DateTime, Id, Secret, TimeOfDay};

macro_rules! wire_text {
    ($($type:ident as $view:ident by $text:ident),*) => {
        $(
            impl Node for $type {
                fn empty() -> Self {
                    Self::from("")
                }
                fn slot(&mut self) -> Slot<'_> {
                    Slot::Text(self)
                }
                fn slot_of_option(option: &mut Option<Self>) -> Slot<'_> {
                    Slot::MaybeText(option)
                }
                fn view(&self) -> View<'_> {
                    View::$view(self.$text())
                }
                fn fit(value: &Value) -> Option<usize> {
                    value.is_string().then_some(1)
                }
            }

            impl Text for $type {
                fn set(&mut self, text: &str) {
                    *self = Self::from(text);
                }
            }
        )*
    };
}
wire_text!(
    Date as Text by as_str,
    DateTime as Text by as_str,
    DateOrDateTime as Text by as_str,
    TimeOfDay as Text by as_str,
    Secret as Secret by expose
);

serde!(Date);
serde!(DateTime);
serde!(DateOrDateTime);
serde!(TimeOfDay);
serde!(Secret);

impl<Kind> Node for Id<Kind> {
    fn empty() -> Self {
        String::new().into()
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::String(self.text_mut())
    }
    fn slot_of_option(option: &mut Option<Self>) -> Slot<'_> {
        Slot::MaybeText(option)
    }
    fn view(&self) -> View<'_> {
        View::Text(self.as_str())
    }
    fn fit(value: &Value) -> Option<usize> {
        value.is_string().then_some(1)
    }
}

impl<T: From<String>> MaybeText for Option<T> {
    fn set(&mut self, text: Option<String>) {
        *self = None;
        if let Some(text) = text {
            *self = Some(text.into());
        }
    }
}

impl Node for Upload {
    fn empty() -> Self {
        Self::default()
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Text(self)
    }
    fn view(&self) -> View<'_> {
        View::Upload(self)
    }
    fn fit(value: &Value) -> Option<usize> {
        value.is_string().then_some(1)
    }
}

impl Text for Upload {
    fn set(&mut self, text: &str) {
        *self = Self::new(text);
    }
}

/// An open enum, from the strings of its variants in sorted order: [`OpenEnum`](crate::OpenEnum), the conversions, and
/// JSON.
macro_rules! text_enum {
    ($type:ident { $($wire:literal => $variant:ident),* $(,)? }) => {
        $crate::runtime::value::open_enum::open_enum!($type, { $($wire => $variant),* });

        impl $crate::runtime::record::Node for $type {
            fn empty() -> Self {
                Self::Unknown(String::new())
            }
            fn slot(&mut self) -> $crate::runtime::record::Slot<'_> {
                $crate::runtime::record::Slot::Text(self)
            }
            fn view(&self) -> $crate::runtime::record::View<'_> {
                match self {
                    Self::Unknown(text) if !self.is_known() => {
                        $crate::runtime::record::View::Unlisted(text, $crate::runtime::value::open_enum::violation::<Self>)
                    }
                    _ => $crate::runtime::record::View::Text($crate::OpenEnum::as_str(self)),
                }
            }
            fn fit(value: &::serde_json::Value) -> Option<usize> {
                value.is_string().then_some(1)
            }
        }

        impl $crate::runtime::record::Text for $type {
            fn set(&mut self, text: &str) {
                *self = Self::from(text);
            }
        }
    };
}
pub(crate) use text_enum;
