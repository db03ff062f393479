-- SPDX-License-Identifier: MIT
-- Frameworks of the College of Policing, and the science and engineering one of the civil service: titles and codes
-- only, for the College's licence is non-commercial and its descriptors are not ours to ship.

insert into framework (code, title, steward, licence, source_url)
values ('cop-cvf-2016', 'Competency and Values Framework 2016', 'College of Policing',
        'Non-commercial College licence v1.2: titles and codes only; for the text see the publisher',
        'https://profdev.college.police.uk/competency-values/'),
       ('cop-cvf-2024', 'Competency and Values Framework 2024', 'College of Policing',
        'Non-commercial College licence v1.2: titles and codes only; for the text see the publisher',
        'https://www.college.police.uk/career-learning/competency-and-values-framework'),
       ('cop-pip', 'Professionalising Investigations Programme', 'College of Policing',
        'Non-commercial College licence v1.2: titles and codes only; for the text see the publisher',
        'https://hmicfrs.justiceinspectorates.gov.uk/glossary/professionalising-investigations-programme/'),
       ('cop-leadership-standards', 'Police leadership standards', 'College of Policing',
        'Non-commercial College licence v1.2: titles and codes only; for the text see the publisher',
        'https://www.college.police.uk/career-learning/leadership/leadership-standards'),
       ('gse-pro-framework', 'Science and Engineering Professional Framework',
        'Government Science and Engineering profession',
        'Crown copyright: titles only; for the text see the publisher',
        'https://studylib.net/doc/18397453/science-and-engineering-professional-framework')
on conflict (code) do update
set title = excluded.title, steward = excluded.steward, licence = excluded.licence, source_url = excluded.source_url
where (framework.title, framework.steward, framework.licence, framework.source_url)
      is distinct from (excluded.title, excluded.steward, excluded.licence, excluded.source_url);

-- The publishers of the last three name no version: it is 1 here, current since before the first record made with them.
insert into framework_version (id, framework_id, version, valid_from)
select stable_id('framework-version:' || known.framework || ':' || known.version), framework.framework_id,
       known.version, known.valid_from
from (
    values ('cop-cvf-2016', '2016', date '2016-01-01'),
           ('cop-cvf-2024', '2024', '2024-01-01'),
           ('cop-pip', '1', '2016-01-01'),
           ('cop-leadership-standards', '1', '2016-01-01'),
           ('gse-pro-framework', '1', '2016-01-01')
) as known (framework, version, valid_from)
join framework on framework.code = known.framework
on conflict (framework_id, version) do nothing;

update framework_version as older
set replaced_by_id = newer.framework_version_id
from framework_version as newer
where older.id = stable_id('framework-version:cop-cvf-2016:2016')
  and newer.id = stable_id('framework-version:cop-cvf-2024:2024')
  and older.replaced_by_id is distinct from newer.framework_version_id;

-- Codes are unique within a version and name the same item in every version that has it; level scales are those of
-- 0030, and an item without one is held or not held.
insert into framework_item (id, framework_version_id, code, title, kind, level_scale_id, ordinal)
select stable_id('framework-item:' || known.version || ':' || known.code), version.framework_version_id, known.code,
       known.title, known.kind, scale.level_scale_id, known.ordinal
from (
    values ('cop-cvf-2016:2016', 1, 'value', null, 'integrity', 'Integrity'),
           ('cop-cvf-2016:2016', 2, 'value', null, 'impartiality', 'Impartiality'),
           ('cop-cvf-2016:2016', 3, 'value', null, 'public-service', 'Public service'),
           ('cop-cvf-2016:2016', 4, 'value', null, 'transparency', 'Transparency'),
           ('cop-cvf-2016:2016', 5, 'cluster', null, 'resolute-compassionate-and-committed',
            'Resolute, compassionate and committed'),
           ('cop-cvf-2016:2016', 6, 'competency', 'cvf', 'we-are-emotionally-aware', 'We are emotionally aware'),
           ('cop-cvf-2016:2016', 7, 'competency', 'cvf', 'we-take-ownership', 'We take ownership'),
           ('cop-cvf-2016:2016', 8, 'cluster', null, 'inclusive-enabling-and-visionary-leadership',
            'Inclusive, enabling and visionary leadership'),
           ('cop-cvf-2016:2016', 9, 'competency', 'cvf', 'we-are-collaborative', 'We are collaborative'),
           ('cop-cvf-2016:2016', 10, 'competency', 'cvf', 'we-deliver-support-and-inspire',
            'We deliver, support and inspire'),
           ('cop-cvf-2016:2016', 11, 'cluster', null, 'intelligent-creative-and-informed-policing',
            'Intelligent, creative and informed policing'),
           ('cop-cvf-2016:2016', 12, 'competency', 'cvf', 'we-analyse-critically', 'We analyse critically'),
           ('cop-cvf-2016:2016', 13, 'competency', 'cvf', 'we-are-innovative-and-open-minded',
            'We are innovative and open-minded'),
           ('cop-cvf-2024:2024', 1, 'value', null, 'courage', 'Courage'),
           ('cop-cvf-2024:2024', 2, 'value', null, 'respect-and-empathy', 'Respect and empathy'),
           ('cop-cvf-2024:2024', 3, 'value', null, 'public-service', 'Public service'),
           ('cop-cvf-2024:2024', 4, 'competency', 'cvf', 'we-are-emotionally-aware', 'We are emotionally aware'),
           ('cop-cvf-2024:2024', 5, 'competency', 'cvf', 'we-take-ownership', 'We take ownership'),
           ('cop-cvf-2024:2024', 6, 'competency', 'cvf', 'we-collaborate', 'We collaborate'),
           ('cop-cvf-2024:2024', 7, 'competency', 'cvf', 'we-support-and-inspire', 'We support and inspire'),
           ('cop-cvf-2024:2024', 8, 'competency', 'cvf', 'we-analyse-critically', 'We analyse critically'),
           ('cop-cvf-2024:2024', 9, 'competency', 'cvf', 'we-are-innovative-and-open-minded',
            'We are innovative and open-minded'),
           ('cop-pip:1', 1, 'programme', 'pip', 'pip', 'Professionalising Investigations Programme'),
           ('cop-leadership-standards:1', 1, 'stage', null, 'stage-1', 'Leadership foundations'),
           ('cop-leadership-standards:1', 2, 'stage', null, 'stage-2', 'First-line leaders'),
           ('cop-leadership-standards:1', 3, 'stage', null, 'stage-3', 'Mid-level leaders'),
           ('cop-leadership-standards:1', 4, 'stage', null, 'stage-4', 'Senior leaders'),
           ('cop-leadership-standards:1', 5, 'stage', null, 'stage-5', 'Executive leaders'),
           ('gse-pro-framework:1', 1, 'competency', null, 'technical-expertise',
            'Securing, maintaining and developing relevant technical expertise'),
           ('gse-pro-framework:1', 2, 'competency', null, 'applying-knowledge',
            'Applying scientific and technical knowledge'),
           ('gse-pro-framework:1', 3, 'competency', null, 'requirements-and-standards',
            'Understanding and complying with statutory requirements and standards'),
           ('gse-pro-framework:1', 4, 'competency', null, 'developing-the-profession',
            'Sustaining and developing the profession'),
           ('gse-pro-framework:1', 5, 'competency', null, 'overseeing-technical-work',
            'Overseeing the technical work of others')
) as known (version, ordinal, kind, scale, code, title)
join framework_version as version on version.id = stable_id('framework-version:' || known.version)
left join level_scale as scale on scale.code = known.scale
on conflict (framework_version_id, code) do update
set title = excluded.title, kind = excluded.kind, level_scale_id = excluded.level_scale_id, ordinal = excluded.ordinal
where (framework_item.title, framework_item.kind, framework_item.level_scale_id, framework_item.ordinal)
      is distinct from (excluded.title, excluded.kind, excluded.level_scale_id, excluded.ordinal);

-- Hierarchy, order, and the crosswalk from the CVF of 2024 to that of 2016: one to one by competency, two of them
-- renamed. An exact match is said of the newer item; a replacement of the older.
insert into framework_association (id, kind, origin_id, destination_id, sequence_number)
select stable_id('framework-association:' || known.origin || ':' || known.kind || ':' || known.destination),
       known.kind, origin.framework_item_id, destination.framework_item_id, known.sequence_number
from (
    values ('cop-cvf-2016:2016:we-are-emotionally-aware', 'isChildOf',
            'cop-cvf-2016:2016:resolute-compassionate-and-committed', 1),
           ('cop-cvf-2016:2016:we-take-ownership', 'isChildOf',
            'cop-cvf-2016:2016:resolute-compassionate-and-committed', 2),
           ('cop-cvf-2016:2016:we-are-collaborative', 'isChildOf',
            'cop-cvf-2016:2016:inclusive-enabling-and-visionary-leadership', 1),
           ('cop-cvf-2016:2016:we-deliver-support-and-inspire', 'isChildOf',
            'cop-cvf-2016:2016:inclusive-enabling-and-visionary-leadership', 2),
           ('cop-cvf-2016:2016:we-analyse-critically', 'isChildOf',
            'cop-cvf-2016:2016:intelligent-creative-and-informed-policing', 1),
           ('cop-cvf-2016:2016:we-are-innovative-and-open-minded', 'isChildOf',
            'cop-cvf-2016:2016:intelligent-creative-and-informed-policing', 2),
           ('cop-leadership-standards:1:stage-1', 'precedes', 'cop-leadership-standards:1:stage-2', 1),
           ('cop-leadership-standards:1:stage-2', 'precedes', 'cop-leadership-standards:1:stage-3', 2),
           ('cop-leadership-standards:1:stage-3', 'precedes', 'cop-leadership-standards:1:stage-4', 3),
           ('cop-leadership-standards:1:stage-4', 'precedes', 'cop-leadership-standards:1:stage-5', 4),
           ('cop-cvf-2024:2024:we-are-emotionally-aware', 'exactMatchOf',
            'cop-cvf-2016:2016:we-are-emotionally-aware', null),
           ('cop-cvf-2024:2024:we-take-ownership', 'exactMatchOf', 'cop-cvf-2016:2016:we-take-ownership', null),
           ('cop-cvf-2024:2024:we-analyse-critically', 'exactMatchOf', 'cop-cvf-2016:2016:we-analyse-critically', null),
           ('cop-cvf-2024:2024:we-are-innovative-and-open-minded', 'exactMatchOf',
            'cop-cvf-2016:2016:we-are-innovative-and-open-minded', null),
           ('cop-cvf-2016:2016:we-are-emotionally-aware', 'replacedBy',
            'cop-cvf-2024:2024:we-are-emotionally-aware', null),
           ('cop-cvf-2016:2016:we-take-ownership', 'replacedBy', 'cop-cvf-2024:2024:we-take-ownership', null),
           ('cop-cvf-2016:2016:we-are-collaborative', 'replacedBy', 'cop-cvf-2024:2024:we-collaborate', null),
           ('cop-cvf-2016:2016:we-deliver-support-and-inspire', 'replacedBy',
            'cop-cvf-2024:2024:we-support-and-inspire', null),
           ('cop-cvf-2016:2016:we-analyse-critically', 'replacedBy', 'cop-cvf-2024:2024:we-analyse-critically', null),
           ('cop-cvf-2016:2016:we-are-innovative-and-open-minded', 'replacedBy',
            'cop-cvf-2024:2024:we-are-innovative-and-open-minded', null)
) as known (origin, kind, destination, sequence_number)
join framework_item as origin on origin.id = stable_id('framework-item:' || known.origin)
join framework_item as destination on destination.id = stable_id('framework-item:' || known.destination)
on conflict (origin_id, kind, destination_id) do update
set sequence_number = excluded.sequence_number
where framework_association.sequence_number is distinct from excluded.sequence_number;

select close_framework_version(version.framework_version_id)
from framework_version as version
join framework on framework.framework_id = version.framework_id
where framework.code in ('cop-cvf-2016', 'cop-cvf-2024', 'cop-pip', 'cop-leadership-standards', 'gse-pro-framework');
