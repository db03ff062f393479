-- What tokens are verified with, the issuers in use and their keys, as one JSON array; null when it is what the worker
-- knows already.
-- SPDX-License-Identifier: MIT
with in_use as (
    select issuer.url, issuer.audience, issuer.person_claim, issuer.role_claim, key_set.digest, key_set.jwks
    from issuer
    left join issuer_key_set as key_set on key_set.issuer_id = issuer.issuer_id
    where issuer.retired_at is null
), present as (
    select md5(coalesce(
               jsonb_agg(
                   jsonb_build_array(in_use.url, in_use.audience, in_use.person_claim, in_use.role_claim, in_use.digest)
                   order by in_use.url), '[]')::text) as state
    from in_use
)
select present.state,
       case
           when present.state is distinct from :known
           then (select coalesce(
                            jsonb_agg(jsonb_build_object('url', in_use.url, 'audience', in_use.audience,
                                                         'person_claim', in_use.person_claim,
                                                         'role_claim', in_use.role_claim,
                                                         'jwks', in_use.jwks)), '[]')
                 from in_use)
       end as issuers
from present
