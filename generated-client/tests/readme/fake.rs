use propexo::fake::{Fake, Fault};
use propexo::leads::Lead;

#[tokio::test(start_paused = true)]
async fn reads_all_leads_over_a_bad_connection() {
    let fake = Fake::builder().seed(7).integration("RESMAN").records::<Lead>(300).build();
    fake.faults().rate(Fault::ResetBefore, 0.2);
    let page = fake.client().leads().list().limit(250).send().await.unwrap();
    assert_eq!(page.meta.total, Some(300));
}
