// What is typed and ticked on the page of the ambition stays in this tab until it is kept, through a reload and a look at
// the other pages. The form works without this file. Kept or changed elsewhere, the page has another version: it stands.

const form = document.querySelector("form.whole");
const version = form.querySelector("[name=version]").value;
const place = `varde:${location.pathname}`;
const fields = [...form.elements].filter((field) => field.name && !["hidden", "submit"].includes(field.type));
const what = (field) => (["radio", "checkbox"].includes(field.type) ? "checked" : "value");

function stored(action) {
  try {
    return action();
  } catch {
    return null; // no storage in this browser: nothing is kept, nothing breaks
  }
}

const kept = stored(() => JSON.parse(sessionStorage.getItem(place)));
const told = document.querySelector("main > [role=alert]"); // the page holds already what was sent
if (kept?.version === version && kept.values.length === fields.length && !told) {
  fields.forEach((field, at) => (field[what(field)] = kept.values[at]));
} else {
  stored(() => sessionStorage.removeItem(place));
}
form.addEventListener("input", () => {
  const values = fields.map((field) => field[what(field)]);
  stored(() => sessionStorage.setItem(place, JSON.stringify({ version, values })));
});
