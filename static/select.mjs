// Boxes beside the names: one that ticks all on the page, the number of the ticked ones, and the link that writes to them.

const form = document.querySelector("form[data-select]");
const boxes = form ? [...form.querySelectorAll("input[name=picked]")] : [];
const all = form?.querySelector("[data-all]");
const count = form?.querySelector("[data-count]");
const write = document.querySelector("a[data-write]");
const whole = write?.href;

function show() {
  const picked = boxes.filter((box) => box.checked);
  const tick = all.querySelector("input");
  tick.checked = picked.length === boxes.length;
  tick.indeterminate = picked.length > 0 && !tick.checked;
  count.hidden = picked.length === 0;
  count.textContent = count.dataset.count.replace("#", picked.length);
  if (write) {
    const address = new URL(whole);
    if (picked.length) {
      address.searchParams.set("state", "all");
      address.searchParams.set("numbers", picked.map((box) => box.value).join("."));
    }
    write.href = address.href;
  }
}

if (all && count) {
  all.hidden = false;
  count.setAttribute("role", "status");
  all.addEventListener("change", (event) => {
    for (const box of boxes) box.checked = event.target.checked;
    show();
  });
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}
