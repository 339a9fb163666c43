// Measures the boxes of the texts, bars and swatches in each frame.
addEventListener("load", () => {
	const problems = [];
	for (const frame of document.querySelectorAll("iframe")) {
		const page = frame.contentDocument;
		const add = (text) => problems.push(`${frame.title}: ${text}`);
		if (page.documentElement.scrollWidth > frame.contentWindow.innerWidth) {
			add(`the page is ${page.documentElement.scrollWidth} px wide`);
		}
		for (const figure of page.querySelectorAll("figure, .numbers")) {
			measure(figure, add);
		}
	}
	document.getElementById("problems").textContent = JSON.stringify([...new Set(problems)]);
});

function measure(figure, add) {
	const page = figure.ownerDocument;
	const boxes = [];
	const around = figure.getBoundingClientRect();
	const walker = page.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const text = walker.currentNode.textContent.trim();
		if (text === "") {
			continue;
		}
		const range = page.createRange();
		range.selectNodeContents(walker.currentNode);
		const parent = walker.currentNode.parentElement;
		for (const box of range.getClientRects()) {
			boxes.push([`"${text}"`, box]);
			if (box.left < around.left - 1 || box.right > around.right + 1) {
				add(`"${text}" is outside of its figure`);
			}
			const own = parent.getBoundingClientRect();
			if (getComputedStyle(parent).overflow !== "visible" && (box.bottom > own.bottom + 1 || box.right > own.right + 1)) {
				add(`"${text}" is cut off`);
			}
		}
		if (contrast(parent) < 4.5) {
			add(`"${text}" has the contrast ${contrast(parent).toFixed(1)}`);
		}
	}
	for (const part of figure.querySelectorAll(".bar span, .legend i")) {
		boxes.push([`the ${part.className} of ${part.closest("figure").querySelector("h2").textContent}`, part.getBoundingClientRect()]);
	}
	for (let i = 0; i < boxes.length; i++) {
		for (let j = 0; j < i; j++) {
			const [a, x] = boxes[i], [b, y] = boxes[j];
			if (x.width > 0 && y.width > 0 && Math.min(x.right, y.right) - Math.max(x.left, y.left) > 0.5 && Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top) > 0.5) {
				add(`${a} overlaps ${b}`);
			}
		}
	}
}

// contrast returns the contrast of a text, as WCAG defines it.
function contrast(element) {
	let back = element;
	while (back && getComputedStyle(back).backgroundColor === "rgba(0, 0, 0, 0)") {
		back = back.parentElement;
	}
	const x = luminance(getComputedStyle(element).color), y = back ? luminance(getComputedStyle(back).backgroundColor) : 1;
	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(color) {
	const [r, g, b] = color.match(/[\d.]+/g).slice(0, 3).map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
