(function () {
  var script = document.currentScript;
  var asked = new URLSearchParams({ page: window.location.href.slice(0, 500) });
  asked.set("lang", script.dataset.lang || document.documentElement.lang.slice(0, 2));
  var frame = document.createElement("iframe");
  frame.src = "{{ address|escapejs }}?" + asked.toString();
  frame.title = "{{ title|escapejs }}";
  frame.loading = "lazy";
  frame.style.cssText = "inline-size: 100%; block-size: " + (script.dataset.height || "46rem") + "; border: 0";
  script.parentNode.insertBefore(frame, script);
})();
