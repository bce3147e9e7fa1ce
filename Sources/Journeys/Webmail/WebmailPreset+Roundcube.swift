extension WebmailPreset {
    /// The requests that Roundcube's own page makes. `_remote=1` asks for what its scripts get in place of a page: JSON with commands for
    /// them in `exec`. Its action `delete` deletes for good: moving to the trash is another one.
    ///
    /// A row of a list is `add_message_row(UID,{"subject":"…",…},{flags})`, written inside of a text of JSON: braces and quotation marks
    /// inside of a column keep a row from being taken, and no match reaches into the next one.
    static let roundcubeText = #"""
        steps:
          - phase: login
            url: "{url}"
            extract:
              - {name: form_token, xpath: "//input[@name='_token']/@value"}
          - phase: login
            url: "{url}?_task=login"
            form: {_task: login, _action: login, _timezone: UTC, _url: "", _token: "{form_token}", _user: "{username}", _pass: "{password}"}
            checks:
              - no_xpath: "//input[@name='_pass']"
                otherwise: the page still shows the login form; username or password are refused
                quote: 'display_message\("([^"]+)"'
            extract:
              - {name: token, regex: '"request_token":"([^"]+)"'}

          - phase: list
            url: "{url}?_task=mail&_action=list&_mbox=INBOX&_remote=1"
            headers: &script {X-Roundcube-Request: "{token}", X-Requested-With: XMLHttpRequest}
            checks:
              - {json: /env/mailbox, equals: INBOX, otherwise: the inbox is not listed, quote: 'display_message\(\\"([^"\\]+)'}
            extract:
              - {name: newest, regex: 'add_message_row\((\d+),', default: ""}
          - phase: folder
            url: "{url}?_task=mail&_action=list&_mbox={folder}&_remote=1"
            headers: *script
            checks:
              - {json: /env/mailbox, equals: "{folder}", otherwise: the folder is not listed, quote: 'display_message\(\\"([^"\\]+)'}
              - {contains: set_rowcount, otherwise: the folder is not listed, quote: 'display_message\(\\"([^"\\]+)'}
          - phase: open
            unless: arrives
            when: newest
            url: "{url}?_task=mail&_action=show&_mbox=INBOX&_uid={newest}"
            checks: &message
              - {xpath: "//*[@id='messagebody']", otherwise: the page shows no message, quote: 'display_message\("([^"]+)"'}

          - phase: send
            when: to
            url: "{url}?_task=mail&_action=compose"
            extract:
              - {name: sent_folder, xpath: "//select[@name='_store_target']/option[@selected]/@value", default: ""}
          - phase: send
            when: to
            form_from: "//form[.//textarea[@name='_message']]"
            form: {_to: "{to}", _subject: "{subject}", _message: "A probe of Postwatch. It may be deleted.", _is_html: "0", _framed: "1"}
            checks:
              - contains: sent_successfully
                otherwise: the message was not sent
                quote: 'display_message\("([^"]+)"'
          - phase: arrival
            when: arrives
            repeat: 500ms
            url: "{url}?_task=mail&_action=search&_mbox=INBOX&_headers=subject&_scope=base&_remote=1&_q={probe}"
            headers: *script
            extract:
              - name: arrived
                whose: visit
                regex: &row 'add_message_row\((\d+),\{[^{}]*\\"subject\\":\\"([^"\\{}]*)\\"'
                otherwise: the message that was sent has not come into the inbox
          - phase: open
            when: arrives
            url: "{url}?_task=mail&_action=show&_mbox=INBOX&_uid={arrived}"
            checks: *message

          - phase: delete
            when: arrives
            url: "{url}?_task=mail&_action=search&_mbox=INBOX&_headers=subject&_scope=base&_remote=1&_q={mark}"
            headers: *script
            extract:
              - {name: own, whose: journey, regex: *row, all: ",", default: ""}
          - phase: delete
            when: own
            url: "{url}?_task=mail&_action=delete"
            headers: *script
            form: {_mbox: INBOX, _uid: "{own}", _remote: "1"}
            checks: &deleted
              - {lacks: '\"error\"', otherwise: the probe's message was not deleted, quote: 'display_message\(\\"([^"\\]+)'}
          - phase: delete
            when: sent_folder
            url: "{url}?_task=mail&_action=search&_mbox={sent_folder}&_headers=subject&_scope=base&_remote=1&_q={mark}"
            headers: *script
            extract:
              - {name: sent, whose: journey, regex: *row, all: ",", default: ""}
          - phase: delete
            when: sent
            url: "{url}?_task=mail&_action=delete"
            headers: *script
            form: {_mbox: "{sent_folder}", _uid: "{sent}", _remote: "1"}
            checks: *deleted

          - phase: logout
            url: "{url}?_task=logout&_token={token}"
            farewell: true
        """#
}
