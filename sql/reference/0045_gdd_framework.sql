-- SPDX-License-Identifier: MIT
-- The Government Digital and Data framework; its versions, items and role profiles come by import, see 0050.

insert into framework (code, title, steward, licence, source_url)
values ('gdd-pcf', 'Government Digital and Data Profession Capability Framework', 'Government Digital Service',
        'Contains public sector information licensed under the Open Government Licence v3.0',
        'https://ddat-capability-framework.service.gov.uk')
on conflict (code) do update
set title = excluded.title, steward = excluded.steward, licence = excluded.licence, source_url = excluded.source_url
where (framework.title, framework.steward, framework.licence, framework.source_url)
      is distinct from (excluded.title, excluded.steward, excluded.licence, excluded.source_url);
