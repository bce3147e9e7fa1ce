// Puts each picture that the server sends in place of the last one, and says so when the server is silent.
"use strict";
const main = document.getElementById("live");
const connection = document.getElementById("connection");
const source = new EventSource(main.dataset.source);
source.onmessage = (message) => {
    main.innerHTML = message.data;
    connection.textContent = "live";
};
source.onerror = () => {
    connection.textContent = "no connection to the server: what you see is old";
};
