-- SPDX-License-Identifier: MIT
-- Reference data has its days: which codes a posting that begins on a day may have, and the bands of length of service.

do $$
declare
    list text;
begin
    foreach list in array array['worker_type', 'rank', 'joiner_type', 'leaver_type', 'science_category']
    loop
        execute format('alter table %1$I add column valid_from date, add column valid_before date, '
                       'add constraint %1$s_days_ordered check (valid_before > valid_from)', list);
        execute format('comment on column %I.valid_from is ''The first day of its use; null for ever since.''', list);
        execute format('comment on column %I.valid_before is ''The first day on which it is not used any more; null while '
                       'it is. What was recorded with it stays.''', list);
    end loop;
end
$$;

create table service_band (
    code text constraint service_band_code primary key,
    title text not null,
    from_years int not null constraint service_band_begins check (from_years >= 0),
    before_years int,
    ordinal int not null,
    valid_from date,
    valid_before date,
    constraint service_band_years_ordered check (before_years > from_years),
    constraint service_band_days_ordered check (valid_before > valid_from)
);
comment on table service_band is
    'Bands of length of service, as the Home Office''s police workforce statistics have them: whole years, half-open.';
comment on column service_band.before_years is 'Null for the last.';
comment on column service_band.valid_from is 'The first day that is reported by it; null for ever since.';
comment on column service_band.valid_before is 'The first day that is not reported by it any more; null while days are.';
