/* Puts a button beside a field marked data-copy that copies what the field holds. */
for (const field of document.querySelectorAll("input[data-copy]")) {
  const button = document.createElement("button");
  const status = document.createElement("span");
  button.type = "button";
  button.className = "btn alt s mt3";
  button.textContent = field.dataset.copy;
  status.setAttribute("role", "status");
  status.className = "sm mute";
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    status.textContent = ` ${field.dataset.copied}`;
  });
  field.after(button, status);
}
