// A link to this page has a user name and a code behind its "#". A browser sends this part to nobody, so no log has it.
// Without script, both are typed.
const [, username, code] = /^#([a-z0-9._-]+):([A-Za-z0-9-]+)$/.exec(location.hash) ?? [];
if (code) {
  document.getElementById("username").value = username;
  document.getElementById("code").value = code;
  // Nobody who comes to this screen later reads the code in the address.
  history.replaceState(null, "", location.pathname);
  document.getElementById("new").focus();
}
