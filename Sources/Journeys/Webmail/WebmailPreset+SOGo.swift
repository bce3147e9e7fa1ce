extension WebmailPreset {
    /// The requests that SOGo's own page makes: JSON both ways. It serves only browsers that it knows by name.
    ///
    /// A list has `uids`, and in `headers` a row for each of the first ones, behind a row with the names of the columns: the fourth is the
    /// subject, the eleventh the UID.
    static let sogoText = #"""
        headers:
          User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 Postwatch
          X-XSRF-TOKEN: "{token}"
        steps:
          - phase: login
            url: "{url}connect"
            headers: {X-XSRF-TOKEN: ""}
            json: '{"userName": "{username}", "password": "{password}", "language": "English", "rememberLogin": 0}'
            checks:
              - lacks: PasswordPolicyError
                otherwise: nobody is let in; username or password are refused, or SOGo cannot ask where its users are
            extract:
              - {name: token, cookie: XSRF-TOKEN, default: ""}
          - phase: login
            url: "{url}so/{username}/Mail/view"
            checks:
              - {contains: SOGo.MailerUI, otherwise: the page is not that of the mailbox}

          - phase: list
            url: "{url}so/{username}/Mail/0/view"
            checks:
              - {json: /mailboxes/0, otherwise: no folder is listed}
            extract:
              - {name: sent_folder, regex: '"type": ?"sent"[^{}]*"path": ?"([^"]+)"', default: Sent}
          - phase: list
            url: "{url}so/{username}/Mail/0/folderINBOX/view"
            json: '{"sortingAttributes": {"sort": "arrival", "asc": 0}}'
            checks: &listed
              - {json: /uids, otherwise: the folder is not listed}
            extract:
              - {name: newest, json: /uids/0, default: ""}
          - phase: folder
            url: "{url}so/{username}/Mail/0/folder{folder}/view"
            json: '{"sortingAttributes": {"sort": "arrival", "asc": 0}}'
            checks: *listed
          - phase: open
            unless: arrives
            when: newest
            url: "{url}so/{username}/Mail/0/folderINBOX/{newest}/view"
            checks: &message
              - {json: /parts, otherwise: no message is shown}

          - phase: send
            when: to
            url: "{url}so/{username}/Mail/0/compose"
            extract:
              - {name: drafts_folder, json: /mailboxPath, default: Drafts}
              - {name: draft, json: /draftId}
          - phase: send
            when: to
            url: "{url}so/{username}/Mail/0/folder{drafts_folder}/{draft}/send"
            json: >-
              {"from": "{from}", "to": ["{to}"], "cc": [], "bcc": [], "subject": "{subject}",
              "text": "A probe of Postwatch. It may be deleted.", "isHTML": 0, "priority": "NORMAL", "receipt": "false"}
            checks:
              - {json: /status, equals: success, otherwise: the message was not sent, quote: '"message": ?"([^"]+)"'}
          - phase: arrival
            when: arrives
            repeat: 500ms
            url: "{url}so/{username}/Mail/0/folderINBOX/view"
            json: >-
              {"filters": [{"searchBy": "subject", "searchInput": "{probe}"}],
              "sortingAttributes": {"match": "AND", "sort": "arrival", "asc": 0}}
            extract:
              - name: arrived
                whose: visit
                json: /headers
                value: /10
                subject: /3
                otherwise: the message that was sent has not come into the inbox
          - phase: open
            when: arrives
            url: "{url}so/{username}/Mail/0/folderINBOX/{arrived}/view"
            checks: *message

          - phase: delete
            when: arrives
            url: "{url}so/{username}/Mail/0/folderINBOX/view"
            json: &search_mark >-
              {"filters": [{"searchBy": "subject", "searchInput": "{mark}"}],
              "sortingAttributes": {"match": "AND", "sort": "arrival", "asc": 0}}
            checks: *listed
            extract:
              - {name: own, whose: journey, json: /headers, value: /10, subject: /3, all: ",", default: ""}
          - phase: delete
            when: own
            url: "{url}so/{username}/Mail/0/folderINBOX/batchDelete"
            json: '{"uids": [{own}], "withoutTrash": 1}'
          - phase: delete
            when: to
            url: "{url}so/{username}/Mail/0/folder{sent_folder}/view"
            json: *search_mark
            checks: *listed
            extract:
              - {name: sent, whose: journey, json: /headers, value: /10, subject: /3, all: ",", default: ""}
          - phase: delete
            when: sent
            url: "{url}so/{username}/Mail/0/folder{sent_folder}/batchDelete"
            json: '{"uids": [{sent}], "withoutTrash": 1}'

          - phase: logout
            url: "{url}so/{username}/logoff"
            farewell: true
        """#
}
