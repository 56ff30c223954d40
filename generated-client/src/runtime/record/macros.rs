//! The tables of generated code: structs and unions.
//!
//! Types are named by paths or begin with `__`, so that the name of a model cannot shadow them.

/// The JSON half of a struct, and `Debug`: its properties by wire name, sorted by these names.
///
/// `"orderBy" => order_by: Required`, with a [`rule`] if the property has constraints:
/// `"notes" => notes: Optional { max_length: 9 }`; `; ..extra` names the field for properties that are not listed.
macro_rules! record {
    ($type:ident {
        $($wire:literal => $field:ident: $presence:ident $({ $($rule:tt)* })?),* $(,)?
        $(; ..$extra:ident)?
    }) => {
        const _: () = {
            static SHAPE: $crate::runtime::record::Shape = $crate::runtime::record::Shape {
                name: stringify!($type),
                members: &[$($crate::runtime::record::Member {
                    name: $wire,
                    presence: $crate::runtime::record::Presence::$presence,
                    rule: $crate::runtime::record::member_rule!($({ $($rule)* })?),
                }),*],
                order: $crate::runtime::record::Order::unknown(),
            };

            #[allow(non_camel_case_types)]
            enum __Member {
                $($field),*
            }

            /// Maps the index of a property to the property, so that the lines of the table need no index.
            static AT: &[__Member] = &[$(__Member::$field),*];

            impl $crate::runtime::record::Record for $type {
                fn shape(&self) -> &'static $crate::runtime::record::Shape {
                    &SHAPE
                }
                fn slot(&mut self, member: usize) -> $crate::runtime::record::Slot<'_> {
                    match AT[member] {
                        $(__Member::$field => $crate::runtime::record::Node::slot(&mut self.$field),)*
                    }
                }
                fn view(&self, member: usize) -> $crate::runtime::record::View<'_> {
                    match AT[member] {
                        $(__Member::$field => $crate::runtime::record::Node::view(&self.$field),)*
                    }
                }
                $(
                    fn extra(&mut self) -> Option<&mut dyn $crate::runtime::record::Map> {
                        Some(&mut self.$extra)
                    }
                    fn extra_view(&self) -> Option<&dyn $crate::runtime::record::Map> {
                        Some(&self.$extra)
                    }
                )?
            }

            impl $crate::runtime::record::Node for $type {
                fn empty() -> Self {
                    Self {
                        $($field: $crate::runtime::record::Node::empty(),)*
                        $($extra: $crate::runtime::record::Node::empty())?
                    }
                }
                fn slot(&mut self) -> $crate::runtime::record::Slot<'_> {
                    $crate::runtime::record::Slot::Record(self)
                }
                fn view(&self) -> $crate::runtime::record::View<'_> {
                    $crate::runtime::record::View::Record(self)
                }
                fn fit(value: &::serde_json::Value) -> Option<usize> {
                    $crate::runtime::record::fit_record(&SHAPE, value)
                }
            }
        };

        impl ::std::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::runtime::record::debug(self, f)
            }
        }

        #[cfg(feature = "fake")]
        impl $crate::runtime::record::Model for $type {
            const NAME: &'static str = stringify!($type);
        }

        $crate::runtime::record::serde!($type);
    };
}
pub(crate) use record;

/// The constraints of a property, if it has any.
macro_rules! member_rule {
    () => {
        None
    };
    ($rule:tt) => {
        Some(&$crate::runtime::record::rule!($rule))
    };
}
pub(crate) use member_rule;

/// Implements serde's two traits for a [`Node`].
macro_rules! serde {
    ($type:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::runtime::record::read(deserializer)
            }
        }

        impl ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::runtime::record::write(&$crate::runtime::record::Node::view(self), serializer)
            }
        }
    };
}
pub(crate) use serde;

/// The JSON half of an enum whose variants hold one type each. A value that fits none of them is kept in `Unknown`.
///
/// `State by "kind" { Open: OpenState = ["open"] }` chooses by a discriminator; with `by only "kind"` any other value
/// of it is unknown.
macro_rules! union {
    ($type:ident by only $member:literal { $($rows:tt)* }) => {
        $crate::runtime::record::union!($type ($member, true) { $($rows)* });
    };
    ($type:ident by $member:literal { $($rows:tt)* }) => {
        $crate::runtime::record::union!($type ($member, false) { $($rows)* });
    };
    ($type:ident $(($member:literal, $only:literal))? {
        $($variant:ident: $of:ty $(= [$($tag:literal),* $(,)?])?),* $(,)?
    }) => {
        const _: () = {
            impl $crate::runtime::record::Node for $type {
                fn empty() -> Self {
                    Self::Unknown(::serde_json::Value::Null)
                }
                fn slot(&mut self) -> $crate::runtime::record::Slot<'_> {
                    $crate::runtime::record::Slot::Union(self)
                }
                fn view(&self) -> $crate::runtime::record::View<'_> {
                    $crate::runtime::record::View::Union(self)
                }
                fn fit(value: &::serde_json::Value) -> Option<usize> {
                    [$(<$of as $crate::runtime::record::Node>::fit(value)),*].into_iter().flatten().max()
                }
            }

            impl $crate::runtime::record::Union for $type {
                fn set(&mut self, value: ::serde_json::Value) {
                    let mut fits = [$(<$of as $crate::runtime::record::Node>::fit(&value)),*];
                    let _tags: &[&[&str]] = &[$(&[$($($tag),*)?]),*];
                    $($crate::runtime::record::fit_tag(&mut fits, &value, $member, _tags, $only);)?
                    // Tries the best fit, the first of equal ones; if it does not decode, the next.
                    while let Some(best) = fits.iter().flatten().max().copied() {
                        let mut _left = fits.iter_mut();
                        $(
                            if let Some(fit) = _left.next()
                                && *fit == Some(best)
                            {
                                if let Ok(inner) = $crate::runtime::record::from_value::<$of>(&value) {
                                    *self = Self::$variant(inner);
                                    return;
                                }
                                *fit = None;
                            }
                        )*
                    }
                    *self = Self::Unknown(value);
                }
                fn view(&self) -> $crate::runtime::record::View<'_> {
                    match self {
                        $(Self::$variant(value) => $crate::runtime::record::Node::view(value),)*
                        Self::Unknown(value) => $crate::runtime::record::View::Unfit(value),
                    }
                }
            }
        };

        $crate::runtime::record::serde!($type);
    };
}
pub(crate) use union;
