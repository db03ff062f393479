-- SPDX-License-Identifier: MIT
-- Whoever goes into a sensitive posting by transfer is withheld there from readers of transfers too.

alter table transfer add column withheld_there boolean not null default false;
comment on column transfer.withheld_there is
    'Whether the person is withheld in the organisation that the offer is made to: then it is for readers there with '
    'sensitive:read. Kept by see_person().';

update transfer
set withheld_there = true
where exists (
    select
    from posting
    where posting.person_id = transfer.person_id
      and posting.organisation_id = transfer.to_organisation_id
      and posting.withheld);
