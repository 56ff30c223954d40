//! All pages of a list, and all rows of it.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::iter::Peekable;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::cursor::{self, Cursor, PageSummary};
use super::{Page, PagingReport, RejectedRow};
use crate::runtime::call::{Accept, Call, ReceivedResponse};
use crate::runtime::error::{Error, Result};
use crate::runtime::limit::Priority;
use crate::runtime::operation::Operation;
use crate::runtime::response_future::ResponseFuture;
use crate::runtime::retry::is_transient;
use crate::runtime::transport::TransportErrorKind;

/// A page with the ids of its rows.
type Fetched<T> = (Page<T>, Vec<Option<String>>);

/// The pages of a list, in order.
///
/// A [`Stream`] that ends after the last page or after an error. A server that ignores `offset` would repeat its page for
/// ever, so the list ends at the first page that repeats the one before: with an [`Error::Decode`], unless the rows
/// before it are as many as the total that the server reports. [`Pages::next_page`] does the same without a stream, and
/// requests a failed page again. Dropping either in between loses nothing: [`Pages::offset`] is the position at which to
/// resume, with the request's `offset(…)`, in another process too.
///
/// ```no_run
/// # use propexo::{Pages, Result};
/// # async fn run(mut pages: Pages<serde_json::Value>) -> Result<()> {
/// while let Some(page) = pages.next_page().await? {
///     println!("{} rows, next at {}", page.row_count(), pages.offset());
/// }
/// # Ok(()) }
/// ```
#[must_use = "a list is not read until its stream is polled"]
pub struct Pages<T> {
    cursor: Cursor,
    under_way: VecDeque<UnderWay<T>>,
    failed: bool,
}

/// A page that was requested.
struct UnderWay<T> {
    offset: u64,
    /// Whether the page was requested before the reader asked for it.
    is_prefetched: bool,
    /// Whether its first row is the last one of the page before.
    overlaps: bool,
    state: Fetch<T>,
}

enum Fetch<T> {
    Waiting(ResponseFuture<Fetched<T>>),
    Done(Box<Result<Fetched<T>>>),
}

impl<T: DeserializeOwned + 'static> Pages<T> {
    pub(crate) fn new(mut call: Call) -> Self {
        // A list is bulk work, unless the request sets a priority.
        call.priority = call.priority.or(Some(Priority::Bulk));
        Self { cursor: Cursor::new(call), under_way: VecDeque::new(), failed: false }
    }

    /// Prefetches up to `pages` pages, several at once; 0 by default, which requests a page when it is asked for. Pages
    /// are returned in order, and no more than `pages` are held in memory.
    ///
    /// Prefetched pages count towards the rate limit, and wait for it behind interactive requests. They make progress
    /// whenever the stream is polled; the default transport also makes progress in between. A slow reader neither
    /// delays other requests of the client nor causes the timeout of a page.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.cursor.set_prefetch(pages);
        self
    }

    /// Requests each page with the last row of the page before, and does not return that row again; false by default. If
    /// it is not there, rows before it were removed, and others may have been skipped: see [`PagingReport::gaps`]. This
    /// detects removals where the server reports no total. Rows need an `id`, and pages more than one row.
    pub fn overlap(mut self, overlap: bool) -> Self {
        self.cursor.set_overlap(overlap);
        self
    }

    /// Keeps the JSON of each row in [`Page::raw`], next to its model; false by default.
    pub fn keep_raw(mut self, keep: bool) -> Self {
        self.cursor.keep_raw(keep);
        self
    }

    /// Returns the number of rows before the next page.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.cursor.offset()
    }

    /// Returns the observations so far, such as repeated rows.
    #[must_use]
    pub fn report(&self) -> &PagingReport {
        self.cursor.report()
    }

    /// Returns the next page, or `None` after the last.
    ///
    /// # Errors
    ///
    /// The errors of the request; the next call requests the same page again.
    pub async fn next_page(&mut self) -> Result<Option<Page<T>>> {
        self.failed = false;
        poll_fn(|context| self.poll_page(context)).await.transpose()
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<T>>>> {
        let ((mut page, mut ids), mut overlaps) = loop {
            self.ask(true);
            self.poll_under_way(context);
            let Some(front) = self.under_way.pop_front() else { return Poll::Ready(None) };
            match front.state {
                Fetch::Waiting(_) => {
                    self.under_way.push_front(front);
                    return Poll::Pending;
                }
                Fetch::Done(done) => match *done {
                    Ok(fetched) => break (fetched, front.overlaps),
                    // While the reader was busy the request was not polled, which may be why it failed.
                    Err(error) if front.is_prefetched && may_pass(&error) => {
                        let fetch = self.fetch(front.offset, false);
                        self.under_way.push_front(fetch);
                    }
                    Err(error) => {
                        self.under_way.clear();
                        return Poll::Ready(Some(Err(error)));
                    }
                },
            }
        };
        // Behind the last row, a page that overlaps has that row only.
        let is_behind = overlaps && ids.len() == 1;
        if !is_behind && self.cursor.ends_in_repetition(&page.meta, &ids) {
            self.under_way.clear();
            let lost = (!self.cursor.has_read_total()).then(|| Err(self.cursor.repetition().into()));
            return Poll::Ready(lost);
        }
        if overlaps {
            overlaps = self.cursor.begins_with_last(&ids);
        }
        if overlaps {
            page.remove_first();
            ids.remove(0);
        }
        let (rows, rejected) = (page.row_count() as u64, page.rejected.len() as u64);
        self.cursor.advance(PageSummary { meta: &page.meta, rows, rejected, overlaps, ids });
        let next = self.under_way.front().map(|page| page.offset);
        if self.cursor.is_finished() || next.is_some_and(|offset| offset != self.cursor.offset()) {
            // The prefetched pages are useless: the list is over, or this page was shorter than expected.
            self.under_way.clear();
        }
        // Prefetched pages make progress while the reader processes this one.
        self.ask(false);
        self.poll_under_way(context);
        Poll::Ready(Some(Ok(page)))
    }

    fn ask(&mut self, waiting: bool) {
        while let Some(offset) = self.cursor.next_to_ask(self.under_way.len(), waiting) {
            let is_prefetched = !waiting || !self.under_way.is_empty();
            let fetch = self.fetch(offset, is_prefetched);
            self.under_way.push_back(fetch);
        }
    }

    fn fetch(&self, offset: u64, is_prefetched: bool) -> UnderWay<T> {
        let (call, overlaps) = self.cursor.call(offset);
        let state = Fetch::Waiting(ResponseFuture::new(call.execute(Accept::Success), fetched));
        UnderWay { offset, is_prefetched, overlaps, state }
    }

    fn poll_under_way(&mut self, context: &mut Context<'_>) {
        for UnderWay { state, .. } in &mut self.under_way {
            if let Fetch::Waiting(sending) = state
                && let Poll::Ready(result) = Pin::new(sending).poll(context)
            {
                *state = Fetch::Done(Box::new(result));
            }
        }
    }
}

/// Whether a page that was prefetched while the reader was busy may succeed now. A reader that waits would have seen it
/// retried.
fn may_pass(error: &Error) -> bool {
    let is_safe = error.operation().is_some_and(Operation::is_repeatable);
    is_safe
        && match error {
            Error::Timeout(_) | Error::RateLimited(_) => true,
            Error::Transport(error) => {
                !matches!(error.kind(), TransportErrorKind::TooLarge { .. } | TransportErrorKind::Other)
            }
            Error::Api(error) => is_transient(error.status()),
            _ => false,
        }
}

fn fetched<T: DeserializeOwned>(received: ReceivedResponse) -> Result<Fetched<T>> {
    let ids = cursor::ids(received.response.body());
    Ok((super::decode(received)?, ids))
}

impl<T: DeserializeOwned + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.failed {
            return Poll::Ready(None);
        }
        let page = ready!(self.poll_page(context));
        self.failed = matches!(page, Some(Err(_)));
        Poll::Ready(page)
    }
}

// Nothing in it is pinned: rows are held by value only.
impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cursor, under_way) = (&self.cursor, self.under_way.len());
        f.debug_struct("Pages")
            .field("offset", &cursor.offset())
            .field("under_way", &under_way)
            .field("report", cursor.report())
            .finish_non_exhaustive()
    }
}

/// The rows of a list, in order, across its pages.
///
/// A [`Stream`]. A row that does not decode is an [`Error::Decode`], and the stream continues after it. Any other error
/// concerns a whole page, and the stream ends after it. [`Items::next_item`] does the same without a stream, and
/// requests a failed page again.
///
/// ```no_run
/// # use propexo::{Error, Items, Result};
/// # async fn run(items: Items<serde_json::Value>) -> Result<()> {
/// let mut items = items.prefetch(4);
/// while let Some(item) = items.next_item().await {
///     match item {
///         Ok(record) => println!("{record}"),
///         Err(Error::Decode(bad)) => eprintln!("{bad}"),
///         Err(other) => return Err(other),
///     }
/// }
/// println!("{} rows came twice", items.report().repeated);
/// # Ok(()) }
/// ```
#[must_use = "a list is not read until its stream is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    good: std::vec::IntoIter<T>,
    bad: Peekable<std::vec::IntoIter<RejectedRow>>,
    /// Rows before the next one.
    offset: u64,
    /// Rows before the next one on its page.
    row: usize,
}

impl<T: DeserializeOwned + 'static> Items<T> {
    pub(crate) fn new(call: Call) -> Self {
        let pages = Pages::new(call);
        let offset = pages.offset();
        Self { pages, good: Vec::new().into_iter(), bad: Vec::new().into_iter().peekable(), offset, row: 0 }
    }

    /// Prefetches up to `pages` pages, several at once; see [`Pages::prefetch`].
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.pages = self.pages.prefetch(pages);
        self
    }

    /// Requests each page with the last row of the page before, to detect removed rows; see [`Pages::overlap`].
    pub fn overlap(mut self, overlap: bool) -> Self {
        self.pages = self.pages.overlap(overlap);
        self
    }

    /// Returns the number of rows before the next one.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the observations so far, such as repeated rows.
    #[must_use]
    pub fn report(&self) -> &PagingReport {
        self.pages.report()
    }

    /// Returns the next row, or `None` after the last.
    pub async fn next_item(&mut self) -> Option<Result<T>> {
        self.pages.failed = false;
        poll_fn(|context| self.poll_item(context)).await
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(item) = self.take_row() {
                return Poll::Ready(Some(item));
            }
            let next = ready!(Pin::new(&mut self.pages).poll_next(context));
            match next {
                Some(Ok(page)) => {
                    self.offset = self.pages.offset() - page.row_count() as u64;
                    self.row = 0;
                    self.good = page.results.into_iter();
                    self.bad = page.rejected.into_iter().peekable();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// Returns the next row of the current page, in the server's order.
    fn take_row(&mut self) -> Option<Result<T>> {
        let row = match self.bad.next_if(|bad| bad.index == self.row) {
            Some(bad) => Some(Err(Error::from(bad.error))),
            None => self.good.next().map(Ok),
        };
        if row.is_some() {
            self.row += 1;
            self.offset += 1;
        }
        row
    }
}

impl<T: DeserializeOwned + 'static> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(context)
    }
}

// Nothing in it is pinned: rows are held by value only.
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("offset", &self.offset)
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}
