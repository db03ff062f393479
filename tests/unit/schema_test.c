/* SPDX-License-Identifier: MIT */
/* What the official suite does not ask: the faults that are reported, and the schemas that are refused. */
#include "contract/schema.h"
#include "http/problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* Single quotes stand for double ones, so that schemas can be read here. */
static json_t *read_json(const char *text) {
    char *quoted = strdup(text);
    for (char *byte = quoted; *byte; byte++)
        if (*byte == '\'')
            *byte = '"';
    json_error_t error;
    json_t *value = json_loads(quoted, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    if (!value)
        print_error("%s in %s\n", error.text, quoted);
    assert_non_null(value);
    free(quoted);
    return value;
}

/* Writes "pointer message; " for every fault of a schema. */
static void note_fault(void *owner, const char *pointer, const char *message) {
    fprintf(owner, "%s %s; ", pointer, message);
}

static void assert_refused(const char *definition, const char *expected) {
    char *report = NULL;
    size_t length;
    FILE *out = open_memstream(&report, &length);
    json_t *document = read_json(definition);
    struct schema *schema = schema_compile(document, "", note_fault, out);
    fclose(out);
    assert_string_equal(report, expected);
    assert_null(schema);
    free(report);
    json_decref(document);
}

static struct schema *compile(json_t *document) {
    struct schema *schema = schema_compile(document, "", note_fault, stderr);
    assert_non_null(schema);
    return schema;
}

/* Expects the faults of an instance as "pointer code: detail; ". */
static void assert_faults(const char *definition, const char *instance, const char *expected) {
    json_t *document = read_json(definition), *value = read_json(instance);
    struct schema *schema = compile(document);
    struct problem problem = {0};
    char found[4000] = "";
    bool valid = schema_validate(schema, value, "", &problem);
    for (size_t i = 0; i < problem.fault_count; i++) {
        const struct fault *fault = &problem.faults[i];
        size_t length = strlen(found);
        snprintf(found + length, sizeof found - length, "%s %s: %s; ", fault->pointer, fault->code, fault->detail);
    }
    assert_string_equal(found, expected);
    assert_int_equal(valid, problem.fault_count == 0);
    assert_int_equal(problem.status, 0);
    problem_clear(&problem);
    schema_free(schema);
    json_decref(value);
    json_decref(document);
}

static bool is_valid(const char *definition, json_t *take_value) {
    json_t *document = read_json(definition);
    struct schema *schema = compile(document);
    bool valid = schema_validate(schema, take_value, "", NULL);
    schema_free(schema);
    json_decref(take_value);
    json_decref(document);
    return valid;
}

static void every_fault_is_reported_at_its_place(void **state) {
    (void)state;
    assert_faults(
        "{'type':'object','required':['title','day'],'additionalProperties':false,'properties':{"
        "'title':{'type':'string','maxLength':3},'minutes':{'type':'integer','minimum':1},'day':{'format':'date'},"
        "'items':{'items':{'properties':{'level':{'enum':[1,2]}}}}}}",
        "{'title':'\xc3\xa9t\xc3\xa9s','minutes':0,'colour':1,'items':[{'level':1},{'level':3}],'a/b~c':null}",
        "/day required: is required; "
        "/title max_length: must be at most 3 characters; "
        "/minutes minimum: must be at least 1; "
        "/items/1/level enum: must be one of 1, 2; "
        "/colour unknown_property: is not a property that the contract knows here; "
        "/a~1b~0c unknown_property: is not a property that the contract knows here; ");
}

static void sentences_name_the_limit(void **state) {
    (void)state;
    assert_faults("{'type':['string','null']}", "1", " type: must be a string or null; ");
    assert_faults("{'type':'integer'}", "1.5", " type: must be an integer; ");
    assert_faults("{'minLength':1}", "''", " min_length: must be at least 1 character; ");
    assert_faults("{'pattern':'^[a-z]+$'}", "'A'", " pattern: must match the pattern ^[a-z]+$; ");
    assert_faults("{'format':'date'}", "'2026-02-29'", " format: must be a date, such as 2026-11-23; ");
    assert_faults("{'exclusiveMinimum':0.1}", "0.1", " exclusive_minimum: must be more than 0.1; ");
    assert_faults("{'exclusiveMaximum':7}", "7.0", " exclusive_maximum: must be less than 7; ");
    assert_faults("{'multipleOf':0.01}", "0.015", " multiple_of: must be a multiple of 0.01; ");
    assert_faults("{'minItems':2,'uniqueItems':true}", "[1]", " min_items: must have at least 2 items; ");
    assert_faults("{'uniqueItems':true}", "[{'a':1,'b':2},{'b':2,'a':1.0}]",
                  " unique_items: must not have the same item twice; ");
    assert_faults("{'maxProperties':1}", "{'a':1,'b':2}", " max_properties: must have at most 1 member; ");
    assert_faults("{'const':{'a':[1]}}", "1", " const: must be {\"a\": [1]}; ");
    assert_faults("{'propertyNames':{'maxLength':1}}", "{'ab':1}",
                  "/ab property_names: has a name that the contract does not allow here; ");
    assert_faults("{'dependentRequired':{'level':['item']}}", "{'level':1}",
                  "/item dependent_required: is required when \"level\" is given; ");
    assert_faults("{'properties':{'a':false}}", "{'a':1}", "/a not_allowed: is not allowed here; ");
    assert_faults("{'not':{'type':'null'}}", "null", " not: must not have the form that the contract rules out; ");
    assert_faults("{'contains':{'const':1},'maxContains':1}", "[1,1]",
                  " max_contains: must have at least 1 and at most 1 of the items that the contract asks for; ");
}

static void a_long_list_of_values_is_not_repeated(void **state) {
    (void)state;
    char definition[4000] = "{'enum':['a0'";
    for (int i = 1; i < 188; i++)
        sprintf(definition + strlen(definition), ",'a%d'", i);
    strcat(definition, "]}");
    assert_faults(definition, "'b'", " enum: must be one of the 188 values that the contract lists; ");
}

static void alternatives_give_the_faults_of_the_one_that_was_meant(void **state) {
    (void)state;
    assert_faults("{'anyOf':[{'type':'string','maxLength':1},{'type':'null'}]}", "'ab'",
                  " max_length: must be at most 1 character; ");
    assert_faults("{'$defs':{'a':{'type':'object','required':['x']}},'oneOf':[{'$ref':'#/$defs/a'},{'type':'null'}]}",
                  "{}", "/x required: is required; ");
}

static void alternatives_give_one_fault_when_none_was_meant(void **state) {
    (void)state;
    assert_faults("{'anyOf':[{'minimum':5},{'maximum':3}]}", "4",
                  " any_of: must have at least one of the 2 forms that the contract gives; ");
    assert_faults("{'oneOf':[{'type':'string'},{'type':'null'}]}", "4",
                  " one_of: must have exactly one of the 2 forms that the contract gives; ");
    assert_faults("{'oneOf':[{'minimum':1},{'minimum':2}]}", "4",
                  " one_of: must have exactly one of the 2 forms that the contract gives; ");
}

static void a_condition_gives_the_faults_of_its_branch(void **state) {
    (void)state;
    const char *definition = "{'if':{'required':['level']},'then':{'required':['item']},'else':{'maxProperties':1}}";
    assert_faults(definition, "{'level':1}", "/item required: is required; ");
    assert_faults(definition, "{'a':1,'b':2}", " max_properties: must have at most 1 member; ");
}

static void the_prefix_comes_before_every_pointer(void **state) {
    (void)state;
    json_t *document = read_json("{'items':{'type':'string'},'maxItems':1}"), *value = read_json("[1,'a']");
    struct schema *schema = compile(document);
    struct problem problem = {0};
    assert_false(schema_validate(schema, value, "?item", &problem));
    assert_int_equal(problem.fault_count, 2);
    assert_string_equal(problem.faults[0].pointer, "?item");
    assert_string_equal(problem.faults[1].pointer, "?item/0");
    problem_clear(&problem);
    schema_free(schema);
    json_decref(value);
    json_decref(document);
}

static void a_pointer_does_not_grow_with_the_clients_names(void **state) {
    (void)state;
    json_t *document = read_json("{'additionalProperties':false}"), *value = json_object();
    char name[5001];
    for (int i = 0; i < 5000; i += 2)
        memcpy(name + i, "\xc3\xa9", 2);
    name[5000] = '\0';
    json_object_set_new(value, name, json_null());
    struct schema *schema = compile(document);
    struct problem problem = {0};
    assert_false(schema_validate(schema, value, "", &problem));
    size_t length = strlen(problem.faults[0].pointer);
    assert_in_range(length, 900, 1003);
    assert_string_equal(problem.faults[0].pointer + length - 5, "\xc3\xa9\xe2\x80\xa6");
    problem_clear(&problem);
    schema_free(schema);
    json_decref(value);
    json_decref(document);
}

static void a_flood_of_faults_is_counted(void **state) {
    (void)state;
    json_t *document = read_json("{'items':{'type':'string'}}"), *value = json_array();
    for (int i = 0; i < 200000; i++)
        json_array_append_new(value, json_integer(i));
    struct schema *schema = compile(document);
    struct problem problem = {0};
    assert_false(schema_validate(schema, value, "", &problem));
    assert_int_equal(problem.fault_count, 200000);
    assert_string_equal(problem.faults[PROBLEM_FAULTS_LISTED - 1].pointer, "/99");
    problem_clear(&problem);
    schema_free(schema);
    json_decref(value);
    json_decref(document);
}

static void an_unknown_keyword_is_a_fault(void **state) {
    (void)state;
    assert_refused("{'maxLenght':3}", "/maxLenght the keyword \"maxLenght\" is not supported; ");
    assert_refused("{'properties':{'a':{'discriminator':{}}}}",
                   "/properties/a/discriminator the keyword \"discriminator\" is not supported; ");
    assert_refused("{'$defs':{'unused':{'unevaluatedItems':false}}}",
                   "/$defs/unused/unevaluatedItems the keyword \"unevaluatedItems\" is not supported; ");
    assert_refused("{'format':'dat'}", "/format the format \"dat\" is not supported; ");
}

static void a_malformed_keyword_is_a_fault(void **state) {
    (void)state;
    assert_refused("{'type':'strin','minimum':'3'}",
                   "/type must be one of the seven types of JSON Schema; /minimum must be a number; ");
    assert_refused("{'type':['string','string']}", "/type/1 must name a type once; ");
    assert_refused("{'type':[]}", "/type must name a type; ");
    assert_refused("{'enum':[]}", "/enum must be an array with at least one value; ");
    assert_refused("{'enum':[1,1.0]}", "/enum must list a value once; ");
    assert_refused("{'maxLength':-1}", "/maxLength must be an integer of 0 or more; ");
    assert_refused("{'maxItems':1.5,'minItems':'1'}",
                   "/minItems must be an integer of 0 or more; /maxItems must be an integer of 0 or more; ");
    assert_refused("{'multipleOf':0}", "/multipleOf must be a number above 0; ");
    assert_refused("{'uniqueItems':1}", "/uniqueItems must be true or false; ");
    assert_refused("{'required':'a'}", "/required must be an array of names; ");
    assert_refused("{'required':['a','a']}", "/required must list a name once; ");
    assert_refused("{'required':[1]}", "/required/0 must be a name; ");
    assert_refused("{'dependentRequired':{'a':'b'}}", "/dependentRequired/a must be an array of names; ");
    assert_refused("{'properties':[]}", "/properties must be an object of schemas; ");
    assert_refused("{'items':[true]}", "/items must be a schema: an object, true or false; ");
    assert_refused("{'allOf':[]}", "/allOf must be an array with at least one schema; ");
    assert_refused("{'if':true,'then':3}", "/then must be a schema: an object, true or false; ");
    assert_refused("{'format':1}", "/format must be a string; ");
    assert_refused("{'title':1,'readOnly':'yes'}", "/title must be a string; /readOnly must be true or false; ");
    assert_refused("3", " must be a schema: an object, true or false; ");
}

static void a_reference_must_lead_to_a_schema(void **state) {
    (void)state;
    assert_refused("{'$ref':'#/$defs/a'}", "/$ref leads to nothing: #/$defs/a; ");
    assert_refused("{'$ref':'other.json'}", "/$ref a reference out of the document is not supported; ");
    assert_refused("{'$ref':'#a'}", "/$ref a reference by anchor is not supported; ");
    assert_refused("{'$ref':'#/%zz'}", "/$ref leads to nothing: #/%zz; ");
    assert_refused("{'$ref':'#/~2'}", "/$ref leads to nothing: #/~2; ");
    assert_refused("{'title':'t','$ref':'#/title'}", "/title must be a schema: an object, true or false; ");
}

static void a_schema_is_found_anywhere_in_the_document(void **state) {
    (void)state;
    json_t *document =
        read_json("{'paths':[{'schema':{'$ref':'#/components/a~1b'}}],'components':{'a/b':{'type':'null'}}}");
    struct schema *schema = schema_compile(document, "/paths/0/schema", note_fault, stderr);
    assert_non_null(schema);
    assert_true(schema_validate(schema, json_null(), "", NULL));
    assert_false(schema_validate(schema, json_true(), "", NULL));
    schema_free(schema);
    json_decref(document);
}

static void a_missing_schema_is_a_fault(void **state) {
    (void)state;
    char *report = NULL;
    size_t length;
    FILE *out = open_memstream(&report, &length);
    json_t *document = json_object();
    assert_null(schema_compile(document, "/paths/0", note_fault, out));
    fclose(out);
    assert_string_equal(report, "/paths/0 there is no schema here; ");
    free(report);
    json_decref(document);
}

static void a_circle_without_progress_is_a_fault(void **state) {
    (void)state;
    assert_refused("{'$ref':'#'}", " refers to itself without a step into the value; ");
    assert_refused("{'$defs':{'a':{'allOf':[{'$ref':'#/$defs/b'}]},'b':{'not':{'$ref':'#/$defs/a'}}}}",
                   "/$defs/a refers to itself without a step into the value; ");
    assert_refused("{'if':true,'then':{'$ref':'#'}}", " refers to itself without a step into the value; ");
    assert_refused("{'dependentSchemas':{'a':{'$ref':'#'}}}", " refers to itself without a step into the value; ");
}

static void recursion_into_the_value_is_allowed(void **state) {
    (void)state;
    const char *tree = "{'type':'object','properties':{'children':{'items':{'$ref':'#'}}},'required':['name']}";
    assert_faults(tree, "{'name':1,'children':[{'name':1,'children':[{}]}]}",
                  "/children/0/children/0/name required: is "
                  "required; ");
}

static void a_pattern_means_what_it_means_in_ecmascript(void **state) {
    (void)state;
    assert_true(is_valid("{'pattern':'^\\\\p{L}+$'}", json_string("\xc3\xa9t\xc3\xa9")));
    assert_false(is_valid("{'pattern':'^\\\\w+$'}", json_string("\xc3\xa9t\xc3\xa9")));
    assert_false(is_valid("{'pattern':'^\\\\d$'}", json_string("\xd9\xa3")));
    assert_false(is_valid("{'pattern':'^a$'}", json_string("a\n")));
    assert_false(is_valid("{'pattern':'^.$'}", json_string("\xe2\x80\xa8")));
    assert_true(is_valid("{'pattern':'^.$'}", json_string("\xf0\x9f\x90\xb2")));
    assert_true(is_valid("{'pattern':'^\\\\u{1F432}{2}$'}", json_string("\xf0\x9f\x90\xb2\xf0\x9f\x90\xb2")));
    assert_true(is_valid("{'pattern':'^[[:alpha:]+$'}", json_string("[:p")));
    assert_true(is_valid("{'pattern':'^[\\\\s\\\\-x]+$'}", json_string("\xc2\xa0-x")));
    assert_true(is_valid("{'pattern':'^(?<y>a)\\\\k<y>(?=b)(?!c)(?:b)$'}", json_string("aab")));
}

static void a_pattern_that_ecmascript_does_not_know_is_a_fault(void **state) {
    (void)state;
    static const char *const patterns[] = {"\\\\a", "\\\\h",   "\\\\A",    "\\\\Qx\\\\E", "\\\\pL",   "\\\\x4",
                                           "(?i)a", "(?>a)",   "a++",      "(*UTF)a",     "(?P<n>a)", "(a",
                                           "[b-a]", "a{2,1}",  "[\\\\S]x", "\\\\-",       "(?#note)", "\\\\u12",
                                           "\\\\",  "(?|a|b)", "*"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        char definition[60];
        snprintf(definition, sizeof definition, "{'pattern':'%s'}", patterns[i]);
        json_t *document = read_json(definition);
        FILE *nowhere = fopen("/dev/null", "w");
        struct schema *schema = schema_compile(document, "", note_fault, nowhere);
        fclose(nowhere);
        if (schema)
            print_error("%s was taken\n", patterns[i]);
        assert_null(schema);
        json_decref(document);
    }
}

static json_t *repeat(const char *text, size_t times, const char *end) {
    size_t length = strlen(text);
    char *all = malloc(length * times + strlen(end) + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(all + i * length, text, length);
    strcpy(all + length * times, end);
    json_t *string = json_string(all);
    free(all);
    return string;
}

static double cpu_seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

static void a_pattern_cannot_be_made_slow(void **state) {
    (void)state;
    double start = cpu_seconds();
    assert_false(is_valid("{'pattern':'^(a+)+$'}", repeat("a", 40, "!")));
    assert_false(is_valid("{'pattern':'(x+x+)+y'}", repeat("x", 100000, "")));
    assert_false(is_valid("{'pattern':'\\\\s+$'}", repeat(" ", 1000000, "x")));
    assert_false(is_valid("{'pattern':'^(a|b|ab)*c$'}", repeat("ab", 400000, "")));
    assert_true(cpu_seconds() - start < 5);
}

static void an_ordinary_long_text_matches(void **state) {
    (void)state;
    assert_true(is_valid("{'pattern':'\\\\S'}", repeat("what I learned ", 60000, "")));
    assert_true(is_valid("{'pattern':'^\\\\S(?:[^]*\\\\S)?$'}", repeat("what I learned ", 60000, ".")));
    assert_true(is_valid("{'format':'uri'}", repeat("https://example.org/", 1, "a/b?c=%20#d")));
    assert_true(is_valid("{'format':'uri'}", repeat("urn:", 500, "x")));
}

static void unique_items_are_found_in_good_time(void **state) {
    (void)state;
    const char *definition = "{'uniqueItems':true}";
    json_t *numbers = json_array(), *large = json_array(), *pairs = json_array();
    for (int i = 0; i < 150000; i++) {
        json_array_append_new(numbers, json_integer(i));
        json_array_append_new(large, json_integer(4611686018427387904 + i));
        json_array_append_new(pairs, json_pack("{s:[i]}", "a", i));
    }
    json_t *doubled = json_deep_copy(pairs);
    json_array_append_new(doubled, json_pack("{s:[f]}", "a", 77.0));
    double start = cpu_seconds();
    assert_true(is_valid(definition, numbers));
    assert_true(is_valid(definition, large));
    assert_true(is_valid(definition, pairs));
    assert_false(is_valid(definition, doubled));
    assert_true(cpu_seconds() - start < 10);
}

static void numbers_are_compared_exactly(void **state) {
    (void)state;
    assert_false(is_valid("{'maximum':9007199254740992.0}", json_integer(9007199254740993)));
    assert_true(is_valid("{'const':9007199254740992.0}", json_integer(9007199254740992)));
    assert_false(is_valid("{'const':9007199254740992.0}", json_integer(9007199254740993)));
    assert_true(is_valid("{'exclusiveMaximum':1e19}", json_integer(INT64_MAX)));
    assert_true(is_valid("{'exclusiveMinimum':-1e19}", json_integer(INT64_MIN)));
    assert_true(is_valid("{'maximum':9223372036854775807}", json_integer(INT64_MAX)));
    assert_false(is_valid("{'maximum':9223372036854775807}", json_real(9223372036854775808.0)));
    assert_true(is_valid("{'multipleOf':0.01}", json_real(19.99)));
    assert_true(is_valid("{'multipleOf':0.1}", json_real(1e300)));
    assert_true(is_valid("{'multipleOf':0.1}", json_integer(INT64_MIN)));
    assert_false(is_valid("{'multipleOf':1e300}", json_real(1e-300)));
    assert_true(is_valid("{'multipleOf':1e-300}", json_real(-0.0)));
}

static void formats_refuse_what_the_database_cannot_read(void **state) {
    (void)state;
    assert_false(is_valid("{'format':'date'}", json_string("0000-01-01")));
    assert_false(is_valid("{'format':'date'}", json_string("1900-02-29")));
    assert_true(is_valid("{'format':'date'}", json_string("2000-02-29")));
    assert_false(is_valid("{'format':'date'}", json_string("2026-11-23\n")));
    assert_false(is_valid("{'format':'date-time'}", json_string("2026-11-23T09:30:00+16:00")));
    assert_false(is_valid("{'format':'date-time'}", json_string("2026-11-23T09:30:00.1234567890Z")));
    assert_false(is_valid("{'format':'date-time'}", json_string("2026-11-23T24:00:00Z")));
    assert_true(is_valid("{'format':'date-time'}", json_string("2016-12-31T23:59:60.5Z")));
    assert_false(is_valid("{'format':'date-time'}", json_string("2026-11-23T09:30:00")));
}

static void addresses_are_looked_at_closely(void **state) {
    (void)state;
    assert_true(is_valid("{'format':'email'}", json_string("o'neil+cpd@example.police.uk")));
    assert_false(is_valid("{'format':'email'}", json_string("a@[IPv6:::g]")));
    assert_false(is_valid("{'format':'email'}", json_string("a@[IPv6:1.2.3.4]")));
    assert_false(is_valid("{'format':'email'}", json_string("a@-b.uk")));
    assert_false(is_valid("{'format':'email'}", repeat("a", 250, "@b.uk")));
    assert_false(is_valid("{'format':'uri'}", json_string("http://[::1")));
    assert_false(is_valid("{'format':'uri'}", json_string("http://[1.2]/")));
    assert_true(is_valid("{'format':'uri'}", json_string("http://[v7.a:b]/")));
    assert_true(is_valid("{'format':'uri'}", json_string("file:///etc/hosts")));
    assert_false(is_valid("{'format':'uri'}", json_string("http://a/%2")));
    assert_false(is_valid("{'format':'uri'}", json_string("http://a/caf\xc3\xa9")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_reported_at_its_place),
        cmocka_unit_test(sentences_name_the_limit),
        cmocka_unit_test(a_long_list_of_values_is_not_repeated),
        cmocka_unit_test(alternatives_give_the_faults_of_the_one_that_was_meant),
        cmocka_unit_test(alternatives_give_one_fault_when_none_was_meant),
        cmocka_unit_test(a_condition_gives_the_faults_of_its_branch),
        cmocka_unit_test(the_prefix_comes_before_every_pointer),
        cmocka_unit_test(a_pointer_does_not_grow_with_the_clients_names),
        cmocka_unit_test(a_flood_of_faults_is_counted),
        cmocka_unit_test(an_unknown_keyword_is_a_fault),
        cmocka_unit_test(a_malformed_keyword_is_a_fault),
        cmocka_unit_test(a_reference_must_lead_to_a_schema),
        cmocka_unit_test(a_schema_is_found_anywhere_in_the_document),
        cmocka_unit_test(a_missing_schema_is_a_fault),
        cmocka_unit_test(a_circle_without_progress_is_a_fault),
        cmocka_unit_test(recursion_into_the_value_is_allowed),
        cmocka_unit_test(a_pattern_means_what_it_means_in_ecmascript),
        cmocka_unit_test(a_pattern_that_ecmascript_does_not_know_is_a_fault),
        cmocka_unit_test(a_pattern_cannot_be_made_slow),
        cmocka_unit_test(an_ordinary_long_text_matches),
        cmocka_unit_test(unique_items_are_found_in_good_time),
        cmocka_unit_test(numbers_are_compared_exactly),
        cmocka_unit_test(formats_refuse_what_the_database_cannot_read),
        cmocka_unit_test(addresses_are_looked_at_closely),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
