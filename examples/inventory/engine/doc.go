// Package engine keeps a database of the machine images of many accounts and
// Regions. Any number of workers on any number of machines fill it.
//
// A [Plan] starts a run: it inserts listings, and a job for each, into the
// database. A listing is one account, Region, service and scope. EC2 throttles
// requests per account, Region and operation, so that the pages of a listing
// are requested one after the other, and listings concurrently.
//
// A [Worker] runs the jobs. For each page it does two things, in this order:
//
//  1. It requests the page. No transaction is open meanwhile.
//  2. In one transaction it moves the listing and writes the images of the page
//     (page.go). To move is a compare-and-swap of the listing's version
//     (listing.go): of two workers with the same page, one commits it.
//
// Nothing else keeps workers apart. The queue gives the job of a worker that is
// silent for too long to another one, and the first may still be alive. It
// cannot commit anything, because the version has changed. So a page is never
// lost and never written twice, whichever process or database server dies when;
// at most one page per slot of a worker is requested again.
//
// Only the transaction of a listing's last page marks images as removed, and
// only those of this listing that no page had. A listing that is incomplete
// removes nothing.
//
// The first listing of an account asks EC2 for the Regions that the account has
// enabled, and adds their listings to the run (regions.go). What an error means
// for a listing is in outcome.go: most wait, some start over, a few end it.
//
// The queue is [River], in the same database as the images. Both are a SQLite
// file on one machine, or Postgres for several. The statements are the same.
//
// [River]: https://riverqueue.com
package engine
