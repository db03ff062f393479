-- SPDX-License-Identifier: MIT
-- Who is withheld in an organisation is looked for by their postings, as they are and as they were, whenever a reader without
-- sensitive:read asks for an edition of before: later entries that are withheld, by which they were looked for, are not
-- there where somebody who became withheld holds nothing any more, or waits to be booked.

drop index skill_ledger_withheld;
create index posting_withheld on posting (organisation_id) where withheld;
create index posting_past_withheld on posting_past (organisation_id) where withheld;
