-- SPDX-License-Identifier: MIT
-- What the constraints of the tables that requests write to say to the reader: '<pointer> <code>: <sentence>'.
-- A constraint on the inner keys, which no request names, has no pointer.

comment on constraint activity_key on activity is ' activity_exists: There is such an activity already.';
comment on constraint activity_id_unique on activity is ' activity_exists: There is such an activity already.';
comment on constraint activity_person_id_fkey on activity is ' person_not_found: There is no such person.';

comment on constraint activity_version_key on activity_version is
    ' version_changed: It has been changed since you read it; read it again and repeat the change.';
comment on constraint activity_version_activity_id_fkey on activity_version
    is ' activity_not_found: There is no such activity.';
comment on constraint activity_version_person_id_fkey on activity_version
    is ' person_not_found: There is no such person.';
comment on constraint activity_version_recorded_by_fkey on activity_version
    is ' account_not_found: There is no such account.';
comment on constraint activity_title_length on activity_version
    is '/title title_length: The title must have between 1 and 200 characters.';
comment on constraint activity_day_range on activity_version
    is '/happened_on day_too_early: The day must be 1 January 1950 or later.';
comment on constraint activity_learned_length on activity_version is
    '/learned learned_length: What was learned must have between 1 and 4,000 characters.';
comment on constraint activity_effect_length on activity_version is
    '/effect effect_length: The effect on practice must have at most 4,000 characters.';
comment on constraint activity_type_known on activity_version is
    '/type type_not_known: There is no such type of activity; the code list activity_type has them.';
comment on constraint activity_provider_length on activity_version is
    '/provider provider_length: The provider must have at most 200 characters.';
comment on constraint activity_minutes_range on activity_version
    is '/minutes minutes_range: Minutes must be between 1 and 100,000.';
comment on constraint activity_stage_known on activity_version is
    '/stage stage_not_known: There is no such stage of the cycle; the code list cycle_stage has them.';

comment on constraint activity_alignment_key on activity_alignment is
    '/alignments alignment_item_repeated: An item may be aligned to an activity once only.';
comment on constraint activity_alignment_of_version on activity_alignment
    is ' activity_not_found: There is no such activity.';
comment on constraint activity_alignment_item_known on activity_alignment is
    '/alignments alignment_item_not_found: One of the items is not in any framework.';
comment on constraint activity_alignment_person_id_fkey on activity_alignment
    is ' person_not_found: There is no such person.';

comment on constraint activity_reflection_key on activity_reflection is
    '/reflection reflection_exists: This version has a reflection already.';
comment on constraint activity_reflection_of_version on activity_reflection
    is ' activity_not_found: There is no such activity.';
comment on constraint activity_reflection_person_id_fkey on activity_reflection
    is ' person_not_found: There is no such person.';
comment on constraint activity_reflection_tier_known on activity_reflection is
    '/reflection/tier tier_not_known: The tier must be private, summary or shared.';
comment on constraint activity_reflection_length on activity_reflection is
    '/reflection/body reflection_length: The reflection must have between 1 and 8,000 characters.';

comment on constraint assertion_key on assertion is ' assertion_exists: There is such an assertion already.';
comment on constraint assertion_id_unique on assertion is ' assertion_exists: There is such an assertion already.';
comment on constraint assertion_person_id_fkey on assertion is ' person_not_found: There is no such person.';
comment on constraint assertion_recorded_by_fkey on assertion is ' account_not_found: There is no such account.';
comment on constraint assertion_item_known on assertion is '/item item_not_found: The item is not in any framework.';
comment on constraint assertion_basis_known on assertion
    is '/basis basis_not_known: There is no such basis; the code list basis has them.';
comment on constraint assertion_assessor_length on assertion
    is '/assessor assessor_length: The assessor must have at most 200 characters.';
comment on constraint assertion_evidence_length on assertion
    is '/evidence evidence_length: The evidence must have at most 4,000 characters.';
comment on constraint assertion_valid_from_range on assertion
    is '/valid_from day_too_early: The day must be 1 January 1950 or later.';
comment on constraint assertion_dates_ordered on assertion is
    '/valid_until valid_until_before_valid_from: The last day must not be before the first.';

comment on constraint assertion_reason_length on assertion
    is '/reason reason_length: The reason must have at most 1,000 characters.';

comment on constraint assertion_succeeds_fkey on assertion is ' assertion_not_found: There is no such assertion.';
comment on constraint assertion_succeeded_once on assertion is
    ' already_succeeded: Another assertion has been recorded in its place already.';
comment on constraint assertion_not_its_own_successor on assertion is
    ' assertion_not_found: There is no such assertion.';

comment on constraint assertion_withdrawn_once on assertion_withdrawal
    is ' already_withdrawn: It is withdrawn already.';
comment on constraint assertion_withdrawal_assertion_id_fkey on assertion_withdrawal
    is ' assertion_not_found: There is no such assertion.';
comment on constraint assertion_withdrawal_person_id_fkey on assertion_withdrawal
    is ' person_not_found: There is no such person.';
comment on constraint assertion_withdrawal_recorded_by_fkey on assertion_withdrawal
    is ' account_not_found: There is no such account.';
comment on constraint assertion_withdrawal_reason_length on assertion_withdrawal is
    '/reason reason_length: The reason must have at most 1,000 characters.';

comment on constraint unit_code_unique on unit is
    '/code unit_code_taken: The organisation has a unit with this code already.';
comment on constraint organisation_code_unique on organisation is
    '/code organisation_code_taken: There is an organisation with this code already.';

comment on constraint idempotency_claim_key on idempotency_claim is
    ' already_claimed: This Idempotency-Key is in use by another request; repeat it later.';

comment on constraint account_key on account is ' account_exists: There is such an account already.';
comment on constraint account_id_unique on account is ' account_exists: There is such an account already.';
comment on constraint account_subject_unique on account is
    '/subject account_exists: There is an account for this issuer and subject already.';
comment on constraint account_person_id_fkey on account is '/person person_not_found: There is no such person.';
comment on constraint account_registered_for_fkey on account is
    '/organisation unknown_organisation: There is no such organisation.';
comment on constraint account_registered_by_fkey on account is ' account_not_found: There is no such account.';
comment on constraint account_issuer_length on account is
    '/issuer issuer_length: The issuer must have between 1 and 500 characters.';
comment on constraint account_subject_length on account is
    '/subject subject_length: The subject must have between 1 and 255 characters.';
comment on constraint account_title_length on account is
    '/title title_length: The title must have between 1 and 200 characters.';

comment on constraint access_grant_key on access_grant is ' grant_exists: There is such a grant already.';
comment on constraint access_grant_id_unique on access_grant is ' grant_exists: There is such a grant already.';
comment on constraint access_grant_account_id_fkey on access_grant is
    '/account account_not_found: There is no such account.';
comment on constraint access_grant_organisation_id_fkey on access_grant is
    '/organisation unknown_organisation: There is no such organisation.';
comment on constraint access_grant_unit_of_organisation on access_grant is
    '/unit unknown_unit: The organisation has no such unit.';
comment on constraint access_grant_dates_ordered on access_grant is
    '/ends_on ends_before_it_starts: The last day must not be before the first.';
comment on constraint access_grant_reason_length on access_grant is
    '/reason reason_length: The reason must have at most 500 characters.';
comment on constraint access_grant_granted_by_account_fkey on access_grant is
    ' account_not_found: There is no such account.';
comment on constraint access_grant_revoked_by_fkey on access_grant is ' account_not_found: There is no such account.';

comment on constraint completion_reference_unique on completion is
    '/reference completion_known: A completion with this reference is recorded already.';

comment on constraint role_profile_key on role_profile is ' role_profile_exists: There is such a role profile already.';
comment on constraint role_profile_id_unique on role_profile is
    ' role_profile_exists: There is such a role profile already.';
comment on constraint role_profile_code_unique on role_profile is
    '/code role_profile_exists: The framework version has a role profile with this code already.';
comment on constraint role_profile_framework_version_id_fkey on role_profile is
    ' unknown_framework: There is no such framework version.';
comment on constraint role_profile_version_key on role_profile_version is
    ' version_changed: It has been changed since you read it; read it again and repeat the change.';
comment on constraint role_profile_version_role_profile_id_fkey on role_profile_version is
    ' unknown_role_profile: There is no such role profile.';
comment on constraint role_profile_version_recorded_by_fkey on role_profile_version is
    ' account_not_found: There is no such account.';
comment on constraint role_requirement_key on role_requirement is
    '/requirements requirement_item_repeated: An item may be asked for once only.';
comment on constraint role_requirement_of_version on role_requirement is
    ' unknown_role_profile: There is no such version of the role profile.';
comment on constraint role_requirement_role_profile_id_fkey on role_requirement is
    ' unknown_role_profile: There is no such role profile.';
comment on constraint role_requirement_framework_item_id_fkey on role_requirement is
    '/requirements requirement_item_not_found: The framework version has no such item.';
comment on constraint role_requirement_importance_known on role_requirement is
    '/requirements importance_not_known: A requirement is essential or desirable.';
comment on constraint role_requirement_alternative_range on role_requirement is
    '/requirements alternative_range: The number of a group of alternatives must be between 1 and 100.';

comment on constraint endorsement_request_key on endorsement_request is
    ' request_exists: There is such a request already.';
comment on constraint endorsement_request_id_unique on endorsement_request is
    ' request_exists: There is such a request already.';
comment on constraint endorsement_request_of_claim on endorsement_request is
    '/assertion claim_not_found: You have no such claim.';
comment on constraint endorsement_request_person_id_fkey on endorsement_request is
    ' person_not_found: There is no such person.';
comment on constraint endorsement_request_endorser_id_fkey on endorsement_request is
    '/endorser endorser_not_found: You have no such colleague whom you may ask.';
comment on constraint endorsement_request_asked_by_fkey on endorsement_request is
    ' account_not_found: There is no such account.';
comment on constraint endorsement_request_answered_by_fkey on endorsement_request is
    ' account_not_found: There is no such account.';
comment on constraint endorsement_request_endorsement_id_fkey on endorsement_request is
    ' assertion_not_found: There is no such assertion.';
comment on constraint endorsement_request_once on endorsement_request is
    ' request_not_open: The assertion answers another request.';
comment on constraint endorsement_request_not_of_oneself on endorsement_request is
    '/endorser endorser_is_oneself: Nobody endorses themselves.';
comment on constraint endorsement_request_answered on endorsement_request is
    ' request_not_open: Only an answer has a comment or an endorsement.';
comment on constraint endorsement_request_ended_once on endorsement_request is
    ' request_not_open: The request is answered, or taken back.';
comment on constraint endorsement_request_message_length on endorsement_request is
    '/message message_length: The message must have at most 1,000 characters.';
comment on constraint endorsement_request_comment_length on endorsement_request is
    '/comment comment_length: The comment must have at most 1,000 characters.';
comment on constraint worker_type_days_ordered on worker_type is
    ' code_days_reversed: A code must not end before it begins.';
comment on constraint rank_days_ordered on rank is
    ' code_days_reversed: A code must not end before it begins.';
comment on constraint joiner_type_days_ordered on joiner_type is
    ' code_days_reversed: A code must not end before it begins.';
comment on constraint leaver_type_days_ordered on leaver_type is
    ' code_days_reversed: A code must not end before it begins.';
comment on constraint science_category_days_ordered on science_category is
    ' code_days_reversed: A code must not end before it begins.';
comment on constraint service_band_days_ordered on service_band is
    ' code_days_reversed: A code must not end before it begins.';
comment on constraint service_band_code on service_band is ' code_exists: There is such a code already.';
comment on constraint service_band_begins on service_band is ' service_band_years: A band begins at no years or more.';
comment on constraint service_band_years_ordered on service_band is
    ' service_band_years: A band must not end before it begins.';

comment on constraint report_job_key on report_job is ' report_job_exists: There is such a report job already.';
comment on constraint report_job_id_unique on report_job is
    ' report_job_exists: There is such a report job already.';
comment on constraint report_job_report_length on report_job is
    '/report report_length: The report must have between 1 and 100 characters.';
comment on constraint report_job_format_known on report_job is
    '/format report_format: The format is json, csv or xlsx.';
comment on constraint report_job_organisation_known on report_job is
    ' unknown_organisation: There is no such organisation.';
comment on constraint report_job_state_known on report_job is ' report_job_state: There is no such state.';
comment on constraint report_piece_key on report_piece is ' report_piece_exists: There is such a piece already.';

comment on constraint import_key on import is ' import_exists: There is such an import already.';
comment on constraint import_id_unique on import is ' import_exists: There is such an import already.';
comment on constraint import_kind_known on import is '/kind import_kind: There is no such kind of import.';
comment on constraint import_format_known on import is '/format import_format: The format is csv or ndjson.';
comment on constraint import_mode_known on import is '/mode import_mode: The mode is all_or_nothing or good_rows.';
comment on constraint import_title_length on import is
    '/title title_length: The title must have between 1 and 200 characters.';
comment on constraint import_organisation_known on import is ' unknown_organisation: There is no such organisation.';
comment on constraint import_account_known on import is ' account_not_found: There is no such account.';
comment on constraint import_person_known on import is ' person_not_found: There is no such person.';
comment on constraint import_state_known on import is ' import_state: There is no such state.';
comment on constraint assertion_reference_length on assertion is
    '/reference reference_length: The reference must have between 1 and 200 characters.';
comment on constraint assertion_reference_has_organisation on assertion is
    '/reference reference_organisation: A reference is that of an organisation.';

comment on constraint issuer_key on issuer is ' issuer_exists: There is such an issuer already.';
comment on constraint issuer_id_unique on issuer is ' issuer_exists: There is such an issuer already.';
comment on constraint issuer_url_unique on issuer is
    '/url issuer_exists: An issuer with this URL is registered already, in use or retired.';
comment on constraint issuer_url_length on issuer is '/url url_length: The URL must have at most 500 characters.';
comment on constraint issuer_url_form on issuer is
    '/url url_form: The URL must be https (http on loopback alone) and have no query, fragment, user or password.';
comment on constraint issuer_title_length on issuer is
    '/title title_length: The title must have between 1 and 200 characters.';
comment on constraint issuer_audience_length on issuer is
    '/audience audience_length: The audience must have between 1 and 255 characters.';
comment on constraint issuer_person_claim_length on issuer is
    '/person_claim claim_length: A claim must have between 1 and 100 characters.';
comment on constraint issuer_role_claim_length on issuer is
    '/role_claim claim_length: A claim must have between 1 and 100 characters.';
comment on constraint issuer_scopes_known on issuer is '/scopes scope_not_known: There is no such scope.';
comment on constraint issuer_managed_is_not_national on issuer is
    '/national issuer_national_not_yours: Only administrators of the nation manage a national issuer.';
comment on constraint issuer_managed_by_fkey on issuer is
    '/organisations issuer_organisation_not_found: There is no such organisation.';
comment on constraint issuer_registered_by_fkey on issuer is ' account_not_found: There is no such account.';
comment on constraint issuer_organisation_key on issuer_organisation is
    '/organisations issuer_organisation_repeated: An organisation may be named once only.';
comment on constraint issuer_organisation_issuer_id_fkey on issuer_organisation is
    ' issuer_not_found: There is no such issuer.';
comment on constraint issuer_organisation_organisation_id_fkey on issuer_organisation is
    '/organisations issuer_organisation_not_found: There is no such organisation.';
comment on constraint issuer_role_key on issuer_role is ' role_exists: There is such a role already.';
comment on constraint issuer_role_issuer_id_fkey on issuer_role is ' issuer_not_found: There is no such issuer.';
comment on constraint issuer_role_length on issuer_role is
    '/roles role_length: A role must have between 1 and 100 characters.';
comment on constraint issuer_role_organisation_id_fkey on issuer_role is
    '/roles issuer_organisation_not_found: There is no such organisation.';
comment on constraint issuer_role_scopes_known on issuer_role is '/roles scope_not_known: There is no such scope.';
comment on constraint issuer_role_dates_ordered on issuer_role is
    '/roles role_dates_reversed: A role must not end before it begins.';
comment on constraint issuer_role_granted_by_fkey on issuer_role is ' account_not_found: There is no such account.';
comment on constraint issuer_key_set_key on issuer_key_set is ' key_set_exists: There is such a key set already.';
comment on constraint issuer_key_set_issuer_id_fkey on issuer_key_set is ' issuer_not_found: There is no such issuer.';
comment on constraint issuer_key_set_size on issuer_key_set is
    ' key_set_too_large: The key set must have at most 256 KiB.';
comment on constraint issuer_key_set_uri_length on issuer_key_set is
    ' jwks_uri_length: The address must have at most 2,048 characters.';
comment on constraint issuer_key_set_fault_length on issuer_key_set is
    ' fault_length: The fault must have at most 500 characters.';
