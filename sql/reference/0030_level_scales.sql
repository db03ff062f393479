-- SPDX-License-Identifier: MIT
-- Level scales of the frameworks shipped. In all of them a level includes those below it.

insert into level_scale (code, title)
values ('cvf', 'Competency and Values Framework levels'),
       ('pip', 'Professionalising Investigations Programme levels'),
       ('gdd', 'Government Digital and Data skill levels')
on conflict (code) do update
set title = excluded.title
where level_scale.title is distinct from excluded.title;

insert into level (level_scale_id, level, title)
select scale.level_scale_id, known.level, known.title
from (
    values ('cvf', 1, 'Practitioner'),
           ('cvf', 2, 'Supervisor or middle manager'),
           ('cvf', 3, 'Senior manager or executive'),
           ('pip', 1, 'Priority and volume crime'),
           ('pip', 2, 'Serious and complex'),
           ('pip', 3, 'Major investigations'),
           ('pip', 4, 'Strategic management of highly complex investigations'),
           ('gdd', 1, 'Awareness'),
           ('gdd', 2, 'Working'),
           ('gdd', 3, 'Practitioner'),
           ('gdd', 4, 'Expert')
) as known (scale, level, title)
join level_scale as scale on scale.code = known.scale
on conflict (level_scale_id, level) do update
set title = excluded.title
where level.title is distinct from excluded.title;
