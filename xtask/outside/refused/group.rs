//! A group whose feature is off. This crate does not enable `residents`.

fn calls(client: &propexo::Client) {
    let _ = client.leads().list();
    let _ = client.residents().list(); //~ E0599 `residents`
}

fn types(_: propexo::leads::Lead, _: propexo::residents::Resident) {} //~ E0433 `residents`

fn main() {}
