import PostwatchModel
import Testing

@testable import Rules

@Suite("GoTemplate")
struct GoTemplateTests {
    private let data = TemplateData(
        labels: ["instance": "mx1", "job": "mail relay", "__name__": "up"], value: 1234.5678, externalLabels: ["site": "lab"],
        externalURL: "http://postwatch")

    @Test(
        "Templates are filled in as Prometheus does",
        arguments: [
            ("plain", "plain"), ("{{ $labels.instance }} is {{ $value }}", "mx1 is 1234.5678"),
            ("{{.Labels.instance}}/{{.Value}}", "mx1/1234.5678"),
            ("[{{ $labels.missing }}]", "[]"), ("{{ $value | humanize }}", "1.235k"), ("{{ humanize $value }}", "1.235k"),
            ("{{ $value | humanize1024 }}", "1.206ki"), ("{{ $value | humanizeDuration }}", "20m 34s"),
            ("{{ 0.1234 | humanizePercentage }}", "12.34%"), ("{{ 90061 | humanizeDuration }}", "1d 1h 1m 1s"),
            ("{{ 0.045 | humanizeDuration }}", "45ms"), ("{{ 12.5 | humanizeDuration }}", "12.5s"), ("{{ 0 | humanizeDuration }}", "0s"),
            ("{{ 1439544800.435 | humanizeTimestamp }}", "2015-08-14 09:33:20.435 +0000 UTC"),
            ("{{ printf \"%.2f of %s %d%%\" $value $labels.instance 5 }}", "1234.57 of mx1 5%"),
            ("{{ $value | printf \"%.1f\" }}", "1234.6"),
            ("{{ printf \"%v|%5s|%-5s|%05.1f\" true \"a\" \"b\" 2.25 }}", "true|    a|b    |002.2"),
            ("{{ $labels.job | title }} {{ $labels.job | toUpper }} {{ \"ABC\" | toLower }}", "Mail Relay MAIL RELAY abc"),
            ("{{ if gt $value 1000.0 }}high{{ else }}low{{ end }}", "high"),
            ("{{ if $labels.missing }}x{{ else if eq $labels.instance \"mx1\" }}y{{ end }}", "y"),
            ("a {{- \" b \" -}} c", "a b c"), ("{{/* nothing */}}x", "x"), ("{{ `}}` }}", "}}"),
            ("{{ $externalLabels.site }} {{ $externalURL }}", "lab http://postwatch"),
            ("{{ 1234567 }} {{ 123456 }} {{ 0.00001234 }} {{ 1e21 }}", "1234567 123456 1.234e-05 1e+21"),
            ("{{ 0.00001234 | humanize }} {{ -0.5 | humanize }} {{ 59.9999 | humanize }}", "12.34u -500m 60"),
            ("{{ 123456 | humanizeDuration }} {{ -0.5 | humanizeDuration }} {{ 59.9999 | humanizeDuration }}", "1d 10h 17m 36s -500ms 60s"),
            ("{{ 59.9999 | humanizeTimestamp }}", "1970-01-01 00:00:59.999 +0000 UTC"),
            ("{{ \"it's wORLD-x_y\" | title }}", "It'S WORLD-X_y"), ("{{ $labels }}", "map[__name__:up instance:mx1 job:mail relay]"),
            ("{{ (printf \"%s\" $labels.instance) | toUpper }}", "MX1"), ("{{ index $labels \"instance\" }}", "mx1"),
            ("{{ $labels.instance | humanize }}", "<error expanding template: error calling humanize: \"mx1\" is not a number>"),
            ("{{ printf \"%d\" }}", "%!d(MISSING)"), ("{{ printf \"%d\" $value }}", "%!d(float64=1234.5678)"),
            ("{{ printf \"%s %q %x\" \"a\" \"b\\\"c\" \"hi\" }}", "a \"b\\\"c\" 6869"),
            ("{{ printf \"%5.1f|%-6d|%+d|%x|%t\" 3.14159 42 7 255 true }}", "  3.1|42    |+7|ff|true"),
            ("{{ printf \"%s\" 5 }} {{ printf \"a\" 1 }}", "%!s(int=5) a%!(EXTRA int=1)"),
            ("{{ printf \"%.3g %e %v\" 1234.5678 1234.5678 1e6 }}", "1.23e+03 1.234568e+03 1e+06"),
            // Go compares whole numbers with whole numbers only.
            ("{{ if gt $value 1000 }}x{{ end }}", "<error expanding template: error calling gt: incompatible types for comparison>"),
            ("{{ range $name, $text := $labels }}{{ $name }}={{ $text }};{{ end }}", "__name__=up;instance=mx1;job=mail relay;"),
            ("{{ range .Labels }}{{ . }}{{ break }}{{ end }}", "up"),
            ("{{ range $i, $x := args 1 \"b\" }}{{ if eq $i \"arg0\" }}{{ continue }}{{ end }}{{ $x }}{{ end }}", "b"),
            ("{{ with $labels.instance }}{{ . }}{{ else }}none{{ end }}", "mx1"),
            ("{{ with $labels.missing }}{{ . }}{{ else with $labels.job }}{{ . }}{{ end }}", "mail relay"),
            ("{{ with $x := $labels.instance }}{{ $x }}{{ end }}", "mx1"),
            ("{{ $n := 1 }}{{ if true }}{{ $n = 2 }}{{ end }}{{ $n }}", "2"),
            ("{{ define \"who\" }}<{{ .Labels.instance }}>{{ end }}{{ template \"who\" . }}", "<mx1>"),
            ("{{ block \"b\" $labels }}{{ .job }}{{ end }}", "mail relay"),
            ("{{ template \"none\" }}", "<error expanding template: template \"none\" not defined>"),
            (
                "{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}",
                "<error expanding template: exceeded maximum template depth (100)>"
            ),
            ("{{ (args \"x\" 2).arg0 }}{{ (args \"x\" 2).arg1 }}", "x2"),
            ("{{ match \"^m.[0-9]\" $labels.instance }} {{ match \"z\" $labels.instance }}", "true false"),
            ("{{ reReplaceAll \"(m)(x)\" \"${2}$1-$$\" $labels.instance }}", "xm-$1"),
            (
                "{{ \"mx1.example.org:25\" | stripPort }} {{ \"[::1]:25\" | stripPort }} {{ \"mx1\" | stripPort }}",
                "mx1.example.org ::1 mx1"
            ),
            ("{{ \"mx1.example.org:25\" | stripDomain }} {{ \"192.0.2.1:25\" | stripDomain }}", "mx1:25 192.0.2.1:25"),
            ("{{ \"up == 0\" | graphLink }}", "/graph?g0.expr=up+%3D%3D+0&g0.tab=0"),
            ("{{ tableLink \"up\" }}", "/graph?g0.expr=up&g0.tab=1"), ("{{ parseDuration \"1h30m\" }}", "5400"),
            ("{{ 90 | toDuration }} {{ 0.5 | toDuration }}", "1m30s 500ms"),
            ("{{ 1439544800.435 | toTime }}", "2015-08-14 09:33:20.435 +0000 UTC"),
            ("{{ externalURL }}{{ pathPrefix }}", "http://postwatch"), ("{{ safeHtml \"<b>\" }}{{ html \"<b>\" }}", "<b>&lt;b&gt;"),
            ("{{ urlquery \"a b&c\" }} {{ js \"it's\" }}", "a+b%26c it\\'s"), ("{{ len \"abc\" }} {{ slice \"abcd\" 1 3 }}", "3 bc"),
            ("{{ print 1 2 \"x\" 3 }}", "1 2x3"), ("{{ println \"a\" 1 }}", "a 1\n"),
            ("{{ eq 3 1 2 3 }} {{ ne \"a\" \"b\" }}", "true true"),
            ("{{ and 1 0 2 }} {{ or \"\" \"x\" }} {{ not true }}", "0 x false"), ("{{ 'a' }} {{ 0x1f }} {{ 1_000 }}", "97 31 1000"),
            ("{{ \"\\u00e4\\x41\\n\" }}", "äA\n"), ("{{ .Labels.a.b }}", "<error expanding template: can't evaluate field b in >"),
            ("a\n{{- /* c }} */ -}}\n b", "ab"), ("{{ now }}", "0"),
            ("{{ first (args) }}", "<error expanding template: error calling first: it takes the answer to a query>"),
        ])
    func expands(source: String, text: String) throws {
        #expect(try GoTemplate(source).text(data) == text)
    }

    @Test(
        "What is not such a template is refused when it is read",
        arguments: [
            "{{ $value", "{{ $nothing }}", "{{ unknown $value }}", "{{ if $value }}", "{{ end }}",
            "{{ range $a, $b, $c := $labels }}{{ end }}", "{{ }}", "{{ break }}", "{{ $x }}{{ $x := 1 }}",
            "{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", "{{ define \"a\" }}{{ $labels }}{{ end }}", "{{ with }}{{ end }}",
            "{{ $y = 1 }}",
            "{{ $value | }}", "{{ $value $value }}", "{{ \"open }}", "{{ ($value }}", "{{ $labels. }}", "{{ $value | $value }}",
            "{{ else }}",
        ])
    func refuses(source: String) {
        #expect(throws: TemplateFault.self) { try GoTemplate(source) }
    }

    @Test(
        "More parts inside of each other than the stack may hold are refused",
        arguments: [
            ("{{ if true }}", "{{ end }}"), ("{{ with 1 }}{{ range 1 }}", "{{ end }}{{ end }}"),
            ("{{ if false }}{{ else if true }}", "{{ end }}"),
        ])
    func nesting(begin: String, end: String) throws {
        _ = try GoTemplate(String(repeating: begin, count: 50) + String(repeating: end, count: 50))
        #expect(throws: TemplateFault.self) { try GoTemplate(String(repeating: begin, count: 6000) + String(repeating: end, count: 6000)) }
        #expect(throws: TemplateFault.self) {
            try GoTemplate("{{ if true }}" + String(repeating: "{{ else if true }}", count: 6000) + "{{ end }}")
        }
    }

    @Test("A template says which query it needs, and is filled in once that is answered")
    func asksQueries() throws {
        let template = try GoTemplate(
            "{{ range query \"up\" | sortByLabel \"i\" }}{{ .Labels.i }}={{ .Value }} {{ end }}{{ with query \"down\" }}{{ . | first | value }}{{ else }}none{{ end }}"
        )
        var answers = TemplateAnswers()
        #expect(template.expand(data, answers: answers) == .asks("up"))
        answers["up"] = .success([TemplateSample(labels: ["i": "b"], value: 2), TemplateSample(labels: ["i": "a"], value: 1)])
        #expect(template.expand(data, answers: answers) == .asks("down"))
        answers["down"] = .success([])
        #expect(template.expand(data, answers: answers) == .text("a=1 b=2 none"))
        answers["down"] = .failure(.init(reason: "no store"))
        #expect(template.text(data, answers: answers) == "<error expanding template: error calling query: no store>")
    }

    @Test("A label of the first element is found")
    func labelOfFirst() throws {
        var answers = TemplateAnswers()
        answers["q"] = .success([TemplateSample(labels: ["i": "b", "__value__": "v"], value: 2)])
        let template = try GoTemplate(
            "{{ query \"q\" | first | label \"i\" }} {{ query \"q\" | first | strvalue }} {{ (query \"q\" | first).Value }}")
        #expect(template.text(data, answers: answers) == "b v 2")
    }
}
