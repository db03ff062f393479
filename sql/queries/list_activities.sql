-- The caller's own activities, latest first, as their current versions tell them.
-- SPDX-License-Identifier: MIT
select told.id,
       told.version,
       told.status,
       told.title,
       told.happened_on,
       told.learned,
       told.effect,
       told.type,
       told.provider,
       told.minutes,
       told.stage,
       told.alignments,
       told.reflection,
       told.source,
       told.recorded_at,
       told.changed_at,
       jsonb_build_array(told.happened_on, told.id) as _cursor
from activity_told as told
where told.person_id = app_person()
  and told.holds
  and (:status = 'all' or told.status = :status)
  and (:from is null or told.happened_on >= :from::date)
  and (:until is null or told.happened_on <= :until::date)
  and (:type is null or told.type = :type)
  and (:stage is null or told.stage = :stage)
  and (:q is null or position(lower(:q) in lower(concat_ws(E'\n', told.title, told.learned, told.provider))) > 0)
  and (:framework is null or exists (
      select
      from activity_alignment as alignment
      join item_named as item on item.framework_item_id = alignment.framework_item_id
      where alignment.activity_id = told.activity_id
        and alignment.version = told.version
        and of_framework(item.framework, item.version_id, :framework)))
  and (:item is null or exists (
      select
      from activity_alignment as alignment
      where alignment.activity_id = told.activity_id
        and alignment.version = told.version
        and alignment.framework_item_id in (select items_within(:item::uuid))))
  and (:after is null or (told.happened_on, told.id) < ((:after ->> 0)::date, (:after ->> 1)::uuid))
order by told.happened_on desc, told.id desc
limit :limit
