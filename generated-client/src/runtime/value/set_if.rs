//! Setters with values that may be absent.

/// Calls setters with optional input in a chain.
///
/// ```
/// # #[cfg(feature = "leads")]
/// # {
/// use propexo::SetIf;
/// use propexo::leads::CreateLead;
/// let (phone, notes) = (Some("2025550123"), None::<String>);
/// let lead = CreateLead::new("integration id").set_if(phone, CreateLead::phone_1).set_if(notes, CreateLead::notes);
/// assert_eq!((lead.phone_1.as_deref(), lead.notes), (Some("2025550123"), None));
/// # }
/// ```
pub trait SetIf: Sized {
    /// Calls the setter if there is a value.
    #[must_use]
    fn set_if<V>(self, value: Option<V>, set: impl FnOnce(Self, V) -> Self) -> Self {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }
}

impl<T> SetIf for T {}
