-- SPDX-License-Identifier: MIT
-- Whether a person is withheld goes for the retracted postings too, as it is now and not as it was then.

comment on column posting_retraction.withheld is
    'Whether the person is withheld in the organisation. Kept by see_person() as long as the person has a posting there.';

update posting_retraction
set withheld = known.withheld
from (
    select posting.person_id, posting.organisation_id, bool_or(posting.withheld) as withheld
    from posting
    group by posting.person_id, posting.organisation_id
) as known
where posting_retraction.person_id = known.person_id
  and posting_retraction.organisation_id = known.organisation_id
  and posting_retraction.withheld <> known.withheld;
