-- Keeps a part of a file for its import.
-- SPDX-License-Identifier: MIT
with present as (
    select import.import_id, import.state, import.format, import_is_own(import.issuer, import.subject) as own
    from import
    where import.id = :import_id::uuid
), judged as (
    select present.import_id,
           case
               when not present.own then 'import_of_another'
               when present.state <> 'open' then 'import_not_open'
               when present.format <> case :content_type when 'text/csv' then 'csv' else 'ndjson' end
               then 'import_format'
           end as problem
    from present
), kept as (
    select coalesce(judged.problem,
                    case
                        when not put_import_part(judged.import_id, :part::int, :content) then 'import_not_open'
                    end) as problem
    from judged
)
select case when kept.problem is null then :part::int end as part,
       length(:content) as bytes,
       encode(sha256(:content), 'hex') as sha256,
       case kept.problem
           when 'import_of_another' then 403
           when 'import_not_open' then 409
           when 'import_format' then 422
       end as _status,
       kept.problem as _problem
from kept
