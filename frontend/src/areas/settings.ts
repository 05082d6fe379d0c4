/** Settings: light and dark are seen while choosing. */

for (const input of document.querySelectorAll<HTMLInputElement>('input[name="theme"]')) {
  input.addEventListener("change", () => {
    document.documentElement.dataset["theme"] = input.value;
  });
}

export {};
