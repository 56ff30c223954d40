//! Tests of the client of `path_styles.yaml`.

use propexo::styles::{Pair, PairRequired, Point};
use propexo::transport::{HttpResponse, MemoryTransport};
use propexo::Client;

#[test]
fn parameters_are_serialized_by_their_style() {
    let server = MemoryTransport::new().respond_with(HttpResponse::new(204));
    let client = Client::builder().token("t").base_url("http://test").transport(server.clone()).build().unwrap();
    let list = vec!["a,b".to_owned(), "c/d".to_owned()];
    let point = || Point::new(1, "ü;");
    let request = client.styles().get(list, point(), "é".to_owned(), vec![1, 2], point());
    let plain = || Point::new(1, "z");
    let pair = Pair::new(PairRequired { a: "1".into(), b: "2".into() });
    let request = request.x_point(plain()).x_exploded(plain()).joined(plain()).split(pair);
    request.send().blocking().unwrap();
    let request = &server.requests()[0];
    let path = "/styles/a%2Cb,c%2Fd/x=1,y=%C3%BC%3B/.%C3%A9/;matrix=1;matrix=2/;points=x,1,y,%C3%BC%3B/end";
    assert_eq!(request.path(), path);
    assert_eq!(request.header("x-point"), Some("x,1,y,z"));
    assert_eq!(request.header("x-exploded"), Some("x=1,y=z"));
    assert_eq!(request.header("cookie"), Some("joined=x%2C1%2Cy%2Cz; a=1; b=2"));
}
