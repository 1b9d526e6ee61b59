// Questions that depend on an answer appear and go with it; what was typed in one that goes is kept until it comes again.

const form = document.querySelector("form[data-questions]");

function prepared(element) {
  const isTemplate = element.matches("template");
  const block = isTemplate ? element.content.firstElementChild : element;
  const mark = document.createComment("question");
  element.before(mark);
  if (isTemplate) element.remove();
  return { mark, block, part: mark.parentElement };
}

function applies(block) {
  const values = block.dataset.values.split(" ");
  const chosen = [...form.querySelectorAll("input:checked")].filter((box) => box.name === block.dataset.when);
  return chosen.some((box) => values.includes(box.value));
}

function show(questions) {
  for (const { mark, block, part } of questions) {
    if (applies(block)) {
      if (!block.isConnected) mark.after(block);
    } else {
      block.remove();
    }
    part.hidden = part.matches("[data-part]") && !part.querySelector(".question");
  }
}

if (form) {
  const questions = [...form.querySelectorAll("[data-part] > template, [data-part] > [data-when]")].map(prepared);
  form.addEventListener("change", () => show(questions));
  addEventListener("pageshow", () => show(questions));
  show(questions);
}
