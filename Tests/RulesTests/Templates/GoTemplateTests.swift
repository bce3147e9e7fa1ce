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
            ("{{ 1234567 }} {{ 123456 }} {{ 0.00001234 }} {{ 1e21 }}", "1.234567e+06 123456 1.234e-05 1e+21"),
            ("{{ 0.00001234 | humanize }} {{ -0.5 | humanize }} {{ 59.9999 | humanize }}", "12.34u -500m 60"),
            ("{{ 123456 | humanizeDuration }} {{ -0.5 | humanizeDuration }} {{ 59.9999 | humanizeDuration }}", "1d 10h 17m 36s -500ms 60s"),
            ("{{ 59.9999 | humanizeTimestamp }}", "1970-01-01 00:00:59.999 +0000 UTC"),
            ("{{ \"it's wORLD-x_y\" | title }}", "It'S WORLD-X_y"), ("{{ $labels }}", "map[__name__:up instance:mx1 job:mail relay]"),
            ("{{ (printf \"%s\" $labels.instance) | toUpper }}", "MX1"), ("{{ index $labels \"instance\" }}", "mx1"),
            ("{{ $labels.instance | humanize }}", "<error expanding template: humanize of \"mx1\", which is not a number>"),
            ("{{ printf \"%d\" }}", "<error expanding template: printf with fewer arguments than verbs in \"%d\">"),
        ])
    func expands(source: String, text: String) throws {
        #expect(try GoTemplate(source).expand(data) == text)
    }

    @Test(
        "What is not such a template is refused when it is read",
        arguments: [
            "{{ $value", "{{ $nothing }}", "{{ unknown $value }}", "{{ if $value }}", "{{ end }}", "{{ range $labels }}{{ end }}", "{{ }}",
            "{{ $value | }}", "{{ $value $value }}", "{{ \"open }}", "{{ ($value }}", "{{ $labels. }}", "{{ $value | $value }}",
            "{{ else }}",
        ])
    func refuses(source: String) {
        #expect(throws: TemplateFault.self) { try GoTemplate(source) }
    }
}
