-- SPDX-License-Identifier: MIT
-- What reports tell of activities is found in the index by which the activities of a person are: the pages of the
-- table, wide with what people wrote, are then read for none of them.

create index activity_version_told on activity_version (person_id, happened_on)
    include (activity_id, version, withdrawn, known_from, known_before, minutes, type, stage, source, provider);
drop index activity_version_person;
