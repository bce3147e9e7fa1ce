import MailWire
import PostwatchModel
import PostwatchRuntime

extension WebScript {
    /// Reads `headers` and `steps`; every fault is noted there.
    init(_ section: ConfigurationSection) {
        headers = section.templates("headers", asHeader: true)
        var known = Self.givenVariables
        steps = section.sections("steps") { step in
            let read = WebStep(step)
            if let unknown = read?.variables.first(where: { !known.contains($0) }) {
                step.report(
                    "url", found: "the variable {\(unknown)} that nothing gives a value",
                    write: "one of \(known.sorted().joined(separator: ", ")), or extract it in a step before")
            }
            known.formUnion(read?.extractions.map(\.name) ?? [])
            return read
        }
        if let unknown = headers.flatMap(\.value.variables).first(where: { !known.contains($0) }) {
            section.report("headers", found: "the variable {\(unknown)} that nothing gives a value", write: "a name that a step extracts")
        }
    }
}

extension WebStep {
    init?(_ section: ConfigurationSection) {
        let phase = section.requiredText("phase", like: "login")
        if !phase.utf8.allSatisfy({ (97...122).contains($0) || $0 == UInt8(ascii: "_") }) {
            section.report("phase", found: "\"\(phase)\"", write: "lowercase letters and _ such as login")
        }
        self.init(phase: phase)
        url = section.text("url").map(WebTemplate.init)
        method = section.text("method")
        if let method, method.isEmpty || !method.utf8.allSatisfy({ (65...90).contains($0) }) {
            section.report("method", found: "\"\(method)\"", write: "a method such as GET or POST")
        }
        headers = section.templates("headers", asHeader: true)
        content = Content(section)
        if url == nil, case .pageForm = content {
        } else if url == nil {
            section.report("url", found: "nothing", write: "an address such as {url}?_task=login, or form_from")
        }
        let statuses = section.statuses("status")
        if !statuses.isEmpty { self.statuses = statuses }
        checks = section.sections("checks") { WebCheck($0) }
        extractions = section.sections("extract") { WebExtraction($0) }
        condition = section.text("when")
        exception = section.text("unless")
        if section.has("repeat") { pause = section.duration("repeat", default: .seconds(1), atLeast: .milliseconds(100)) }
        isFarewell = section.flag("farewell", default: false)
        if phase.isEmpty { return nil }
    }

    /// All that must have a value before the step.
    var variables: [String] {
        var templates = headers.map(\.value)
        if let url { templates.append(url) }
        switch content {
        case .nothing: break
        case .form(let fields), .pageForm(_, let fields): templates += fields.map(\.value)
        case .json(let text), .text(let text): templates.append(text)
        }
        for check in checks {
            switch check.test {
            case .contains(let text), .lacks(let text), .json(_, equals: let text?): templates.append(text)
            case .matches, .exists, .absent, .json: break
            }
        }
        // In JSON that is looked for, braces may be just that.
        return templates.flatMap(\.variables) + [condition, exception].compactMap(\.self)
    }
}

extension WebStep.Content {
    init(_ section: ConfigurationSection) {
        let fields = section.templates("form")
        let path = section.xpath("form_from")
        let json = section.text("json").map(WebTemplate.init)
        let text = section.text("body").map(WebTemplate.init)
        let isForm = section.has("form") || section.has("form_from")
        if [isForm, json != nil, text != nil].filter(\.self).count > 1 {
            section.report("form", found: "more than one content", write: "only one of form, json and body")
        }
        if let path {
            self = .pageForm(path, fields)
        } else if isForm {
            self = .form(fields)
        } else if let json {
            self = .json(json)
        } else {
            self = text.map(Self.text) ?? .nothing
        }
    }
}

extension WebCheck {
    init?(_ section: ConfigurationSection) {
        let expected = section.text("equals").map(WebTemplate.init)
        var tests: [Test] = []
        if let text = section.text("contains") { tests.append(.contains(WebTemplate(text))) }
        if let text = section.text("lacks") { tests.append(.lacks(WebTemplate(text))) }
        if let pattern = section.regularExpression("matches") { tests.append(.matches(pattern)) }
        if let path = section.xpath("xpath") { tests.append(.exists(path)) }
        if let path = section.xpath("no_xpath") { tests.append(.absent(path)) }
        if let pointer = section.jsonPointer("json") { tests.append(.json(pointer, equals: expected)) }
        let finding = WebFinding(section)
        guard let test = tests.first, tests.count == 1 else {
            section.report(
                "contains", found: tests.isEmpty ? "no check" : "more than one check in one",
                write: "one of contains, lacks, matches, xpath, no_xpath, json")
            return nil
        }
        self.init(test: test, finding: finding)
    }
}

extension WebMessageList {
    /// All lists that an extraction with `whose` names; there should be one.
    fileprivate static func read(_ section: ConfigurationSection) -> [WebMessageList] {
        var lists: [WebMessageList] = []
        if let entries = section.xpath("xpath") {
            let (value, subject) = (section.xpath("value"), section.xpath("subject"))
            if let value, let subject { lists.append(.xpath(entries, value: value, subject: subject)) }
        }
        if let entries = section.jsonPointer("json") {
            let (value, subject) = (section.jsonPointer("value"), section.jsonPointer("subject"))
            if let value, let subject { lists.append(.json(entries, value: value, subject: subject)) }
        }
        if let pattern = section.regularExpression("regex") {
            if pattern.groupCount < 2 {
                section.report(
                    "regex", found: "\(pattern.groupCount) groups", write: "two: what stands for the message, and its subject, for whose")
            }
            lists.append(.regex(pattern))
        } else if lists.isEmpty {
            section.report(
                "whose", found: "no subjects to tell by", write: "value and subject beside xpath or json, or regex with two groups")
        }
        return lists
    }
}

extension WebExtraction {
    init?(_ section: ConfigurationSection) {
        let name = section.requiredText("name", like: "token")
        if !name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }) {
            section.report("name", found: "\"\(name)\"", write: "lowercase letters, digits and _ such as token")
        } else if WebScript.givenVariables.contains(name) {
            section.report("name", found: "\(name), which every script has", write: "another name")
        }
        var sources: [Source] = []
        if let owner = section.choice("whose", of: WebProbe.Owner.self) {
            sources = WebMessageList.read(section).map { .messages($0, of: owner) }
        } else {
            if let path = section.xpath("xpath") { sources.append(.xpath(path)) }
            if let pointer = section.jsonPointer("json") { sources.append(.json(pointer)) }
            if let pattern = section.regularExpression("regex") { sources.append(.regex(pattern)) }
        }
        if let cookie = section.text("cookie") { sources.append(.cookie(cookie)) }
        let separator = section.text("all")
        let fallback = section.text("default")
        let finding = WebFinding(section)
        guard let source = sources.first, sources.count == 1, !name.isEmpty else {
            section.report(
                "xpath", found: sources.isEmpty ? "no source" : "more than one source", write: "one of xpath, json, regex, cookie")
            return nil
        }
        self.init(name: name, source: source, separator: separator, fallback: fallback, finding: finding)
    }
}

extension WebFinding {
    init(_ section: ConfigurationSection) {
        self.init(text: section.text("otherwise"), quotation: section.regularExpression("quote"))
    }
}

extension ConfigurationSection {
    /// Reads a map of texts with variables, in the order of their names.
    fileprivate func templates(_ key: String, asHeader isHeader: Bool = false) -> [WebStep.Field] {
        textMap(key).sorted { $0.key < $1.key }.compactMap { name, value in
            guard isHeader else { return WebStep.Field(name: name, value: WebTemplate(value)) }
            do throws(WireFault) {
                try HTTPFields.check(.init(name: name, value: value))
                return WebStep.Field(name: name, value: WebTemplate(value))
            } catch {
                let shown = WireText.printable(name.utf8, limit: 40)
                report(key, found: "\"\(shown)\" that cannot be sent", write: "names and values of one line each")
                return nil
            }
        }
    }

    fileprivate func xpath(_ key: String) -> XPathExpression? {
        guard let text = text(key) else { return nil }
        guard let path = try? XPathExpression(text) else {
            report(key, found: "\"\(text)\"", write: "an XPath such as //input[@name='_token']/@value")
            return nil
        }
        return path
    }

    fileprivate func jsonPointer(_ key: String) -> JSONPointer? {
        guard let text = text(key) else { return nil }
        guard let pointer = JSONPointer(text) else {
            report(key, found: "\"\(text)\"", write: "a JSON pointer such as /uids/0")
            return nil
        }
        return pointer
    }
}
